"""Events on their way to other systems, over real sockets."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from background.outbound import TargetRefused, require_public
from background.webhooks import Deliverer, enqueue
from store.database import Database
from store.deliveries import Deliveries, LoggedDelivery
from store.journal import Event, EventType, Journal
from store.outbox import Outbox
from store.webhooks import Webhook, Webhooks
from tests.eventually import eventually
from tests.fakes.served import served

KEYS = {"k1": b"k" * 32}


@dataclass
class Receiver:
    """Another system: answers as it is told to, and keeps what it was sent."""

    url: str = ""
    status: int = 204
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.received.append((dict(request.headers), await request.body()))
        await self.may_answer.wait()
        if self.status == 307:
            return RedirectResponse(f"{self.url}/elsewhere")
        return Response(status_code=self.status)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    receiver.may_answer.set()
    app = Starlette(routes=[Route("/{path:path}", receiver.take, methods=["POST", "GET"])])
    async with served(app) as url:
        receiver.url = url
        yield receiver
        receiver.may_answer.set()


@pytest.fixture
async def tenant(database: Database) -> AsyncIterator[str]:
    """A tenant of one test; nothing of it is left to be sent by others."""
    name = f"tenant_{secrets.token_hex(4)}"
    yield name
    await database.fetch_one("DELETE FROM webhooks WHERE tenant = %s", (name,))


def parts(database: Database) -> tuple[Webhooks, Deliveries]:
    return Webhooks(database), Deliveries(database)


@asynccontextmanager
async def sending(database: Database, tenant: str, *, allows_private: bool = True) -> AsyncIterator[None]:
    """Both loops beside the block, with a position of their own in the outbox."""
    webhooks, deliveries = parts(database)
    stopping = asyncio.Event()
    deliverer = Deliverer(webhooks, deliveries, KEYS, allows_private=allows_private)
    async with asyncio.TaskGroup() as loops:
        loops.create_task(enqueue(Outbox(database, tenant), webhooks, deliveries, stopping))
        loops.create_task(deliverer.run(stopping))
        try:
            yield
        finally:
            stopping.set()


async def subscribe(database: Database, tenant: str, url: str, name: str = "crm", *events: EventType) -> Webhook:
    data = {"name": name}
    event = Event(EventType.WEBHOOK_CHANGED, tenant=tenant, actor="key:admin", data=data)
    return await Webhooks(database).put(url, frozenset(events or {EventType.SESSION_ENDED}), "k1", event)


async def happen(database: Database, tenant: str, kind: EventType = EventType.SESSION_ENDED, **data: Any) -> None:
    await Journal(database).record(Event(kind, tenant=tenant, actor="key:operator", data=data))


async def logged(database: Database, tenant: str, name: str = "crm") -> list[LoggedDelivery]:
    return await Deliveries(database).log(tenant, name, limit=100)


async def test_what_is_wanted_comes_signed(database: Database, receiver: Receiver, tenant: str) -> None:
    await happen(database, tenant, too="early")
    webhook = await subscribe(database, tenant, receiver.url)
    await happen(database, tenant, EventType.HANDOFF_ASKED)
    await happen(database, f"{tenant}_other")
    await happen(database, tenant, state="ended", result={"end": "end_well", "variables": {"outcome": "да"}})
    async with sending(database, tenant):
        await eventually(lambda: receiver.received)
        [entry] = await eventually(lambda: delivered(database, tenant))
    [(headers, body)] = receiver.received
    said = Verifier(webhook.secret(KEYS["k1"])).verify(body, headers)
    assert said["type"] == "session_ended"
    assert said["data"]["result"] == {"end": "end_well", "variables": {"outcome": "да"}}
    assert headers["webhook-id"] == f"evt_{entry.event}"
    assert (entry.attempts, entry.outcome, entry.due_at) == (1, "answered 204", None)


async def delivered(database: Database, tenant: str, name: str = "crm") -> list[LoggedDelivery]:
    return [entry for entry in await logged(database, tenant, name) if entry.delivered_at]


@pytest.mark.parametrize("status", [500, 404, 307, 302])
async def test_what_was_not_received_comes_again_under_the_same_id(
    database: Database, receiver: Receiver, tenant: str, status: int
) -> None:
    receiver.status = status
    await subscribe(database, tenant, receiver.url)
    await happen(database, tenant)
    async with sending(database, tenant):
        [entry] = await eventually(lambda: tried(database, tenant, 1))
        assert (entry.outcome, entry.delivered_at) == (f"answered {status}", None)
        assert entry.due_at is not None
        receiver.status = 200
        await make_due(database, tenant)
        [entry] = await eventually(lambda: delivered(database, tenant))
    assert entry.attempts == 2
    assert {headers["webhook-id"] for headers, _ in receiver.received} == {f"evt_{entry.event}"}
    assert len(receiver.received) == 2


async def tried(database: Database, tenant: str, times: int) -> list[LoggedDelivery]:
    """Deliveries whose attempt number ``times`` has an outcome."""
    return [entry for entry in await logged(database, tenant) if entry.attempts >= times and entry.outcome]


async def make_due(database: Database, tenant: str) -> None:
    await database.fetch_one(
        "UPDATE webhook_deliveries SET due_at = now() WHERE tenant = %s AND due_at IS NOT NULL", (tenant,)
    )


async def test_after_the_last_attempt_it_is_given_up_and_still_in_the_log(
    database: Database, receiver: Receiver, tenant: str
) -> None:
    receiver.status = 503
    await subscribe(database, tenant, receiver.url)
    await happen(database, tenant)
    async with sending(database, tenant):
        await eventually(lambda: tried(database, tenant, 1))
        await database.fetch_one("UPDATE webhook_deliveries SET attempts = 10 WHERE tenant = %s", (tenant,))
        await make_due(database, tenant)
        [entry] = await eventually(lambda: given_up(database, tenant))
    assert (entry.attempts, entry.outcome) == (11, "answered 503")


async def given_up(database: Database, tenant: str) -> list[LoggedDelivery]:
    return [entry for entry in await logged(database, tenant) if entry.due_at is None]


async def test_an_address_that_never_answers_blocks_no_other(
    database: Database, receiver: Receiver, tenant: str
) -> None:
    receiver.may_answer.clear()
    await subscribe(database, tenant, receiver.url, "dead")
    for _ in range(20):
        await happen(database, tenant)
    alive = Receiver()
    alive.may_answer.set()
    app = Starlette(routes=[Route("/", alive.take, methods=["POST"])])
    async with served(app) as url, sending(database, tenant):
        await eventually(lambda: len(receiver.received) == 4)
        await subscribe(database, tenant, url, "alive")
        for _ in range(20):
            await happen(database, tenant)
        assert len(await eventually(lambda: all_delivered(database, tenant, "alive", 20))) == 20
        assert len(receiver.received) == 4
        receiver.may_answer.set()


async def all_delivered(database: Database, tenant: str, name: str, count: int) -> list[LoggedDelivery]:
    found = await delivered(database, tenant, name)
    return found if len(found) == count else []


async def test_an_event_that_is_read_again_is_delivered_once(
    database: Database, receiver: Receiver, tenant: str
) -> None:
    await subscribe(database, tenant, receiver.url)
    await happen(database, tenant)
    async with sending(database, tenant), sending(database, tenant):
        await eventually(lambda: delivered(database, tenant))
    await database.fetch_one("DELETE FROM outbox_positions WHERE consumer = %s", (tenant,))
    await happen(database, tenant)
    async with sending(database, tenant):
        await eventually(lambda: all_delivered(database, tenant, "crm", 2))
    assert len(receiver.received) == 2


async def test_an_address_inside_is_never_called(database: Database, receiver: Receiver, tenant: str) -> None:
    port = receiver.url.rpartition(":")[2]
    for number, url in enumerate((f"https://localhost:{port}/", f"https://127.0.0.1:{port}/", receiver.url)):
        await subscribe(database, tenant, url, f"hook{number}")
    await happen(database, tenant)
    async with sending(database, tenant, allows_private=False):
        for number in range(3):
            [entry] = await eventually(lambda name=f"hook{number}": outcomes(database, tenant, name))  # type: ignore[misc]
            assert "the address is not" in (entry.outcome or "")
    assert receiver.received == []


async def outcomes(database: Database, tenant: str, name: str) -> list[LoggedDelivery]:
    return [entry for entry in await logged(database, tenant, name) if entry.outcome]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://100.64.0.1/",
    ],
)
def test_what_is_not_of_the_internet_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused):
        require_public(url)


@pytest.mark.parametrize("url", ["https://93.184.215.14/", "https://[2606:2800:21f::1]/", "https://crm.example.org/"])
def test_what_is_of_the_internet_may_be_called(url: str) -> None:
    require_public(url)
