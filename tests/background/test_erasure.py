"""Removing a customer from a real database and a real engine, wherever it is interrupted."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from background.erasure import erase_customers, forget_answers
from background.work import Work
from engine import Engine, EngineSettings
from functions.catalogue import Catalogue
from player_api.releases.close import close
from player_api.releases.publish import publish
from store.effects import Effect, Effects, EffectState
from store.erasures import Erasure
from store.function_answers import FunctionAnswers, Place
from store.inputs import Inputs
from store.journal import Event, EventType, Journal
from store.releases import Releases
from store.sessions import NewSession, SessionState
from tests.background.conftest import work_with

SCRIPT = "background_erasing"
BPMN = Path(__file__).with_name("asking.bpmn").read_bytes().replace(b"background_asking", SCRIPT.encode())


@pytest.fixture(autouse=True)
async def script(work: Work) -> AsyncIterator[None]:
    await publish(work.engine, Releases(work.database), close(SCRIPT, {"script.bpmn": BPMN}, Catalogue()), "test")
    yield
    deployed = await work.database.fetch_all("SELECT deployment_id FROM releases WHERE script = %s", (SCRIPT,))
    await work.database.fetch_one("DELETE FROM rollouts WHERE script = %s", (SCRIPT,))
    for table in ("sessions", "release_files", "releases"):
        await work.database.fetch_one(f"DELETE FROM {table} WHERE script = %s", (SCRIPT,))
    await work.database.fetch_one("DELETE FROM watermarks")
    for row in deployed:
        await work.engine.deployments.delete(row["deployment_id"], cascade=True)


@pytest.fixture
def customer() -> str:
    return f"customer-{secrets.token_hex(6)}"


def said_by(customer: str) -> str:
    return f"Тайная улица, дом {customer.removeprefix('customer-')}"


async def walked(work: Work, customer: str, *, to_its_end: bool, tenant: str = "main") -> UUID:
    """A session in which a customer has said something."""
    said = said_by(customer)
    new = NewSession(
        id=uuid4(),
        script=SCRIPT,
        tenant=tenant,
        channel="crm",
        team=None,
        locale=None,
        customer=customer,
        external_id=f"case of {customer}",
        variables={"address": said},
        correlation_id="call-1",
        created_by="key:operator",
    )
    session = await work.sessions.create(new)
    assert session
    instance = await work.engine.processes.start(session.definition_id, business_key=str(session.id), variables={})
    await work.sessions.mark_running(session.id)
    data = {"step": "s", "key": "ask", "answers": {"address": said}, "idempotency_key": f"k {customer}"}
    event = Event(EventType.ANSWER_GIVEN, tenant=tenant, session=session.id, actor="operator:anna", data=data)
    await Journal(work.database).record(event)
    await work.idempotent.begin(f"{tenant}/key:x", str(session.id), b"digest", session.id)
    await work.idempotent.finish(f"{tenant}/key:x", str(session.id), status=200, body={"address": said})
    effect = Effect(f"effect {session.id}", "f", str(session.id), "a", "c")
    await Effects(work.database).begin(effect)
    await Effects(work.database).settle(replace(effect, state=EffectState.DONE, outputs={"address": said}))
    if to_its_end:
        [task] = await work.engine.user_tasks.waiting(str(session.id))
        await work.engine.user_tasks.complete(task.id, {})
        result = {"end": "end_asked", "variables": {"outcome": said}}
        ended = Event(
            EventType.SESSION_ENDED, tenant=tenant, session=session.id, data={"state": "ended", "result": result}
        )
        await work.sessions.finish(session.id, SessionState.ENDED, result, ended)
    else:
        await Inputs(work.database).save(session.id, "s", {"address": said}, "operator:anna")
    assert instance
    return session.id


async def ordered(work: Work, customer: str) -> Erasure:
    wanted = Erasure(uuid4(), "main", customer, 0, "call-2", "key:admin", datetime.now(UTC), None)
    event = Event(EventType.CUSTOMER_ERASURE_ORDERED, tenant="main", data={"erasure": str(wanted.id)})
    return await work.erasures.order(wanted, event)


async def found(work: Work, *words: str) -> set[str]:
    """The tables in which any of these words still stands."""
    tables = await work.database.fetch_all("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    holding = set()
    for table in (row["name"] for row in tables):
        for row in await work.database.fetch_all(f"SELECT content::text AS whole FROM {table} AS content"):
            if any(word in row["whole"] for word in words):
                holding.add(table)
    return holding


async def run(work: Work) -> None:
    await erase_customers(work, datetime.now(UTC))


async def finished(work: Work, erasure: Erasure) -> Erasure:
    known = await work.erasures.find(erasure.id, "main")
    assert known
    assert known.finished_at
    return known


async def test_nothing_of_a_customer_is_left(work: Work, customer: str) -> None:
    running = await walked(work, customer, to_its_end=False)
    ended = await walked(work, customer, to_its_end=True)
    answers = FunctionAnswers(work.database)
    place = Place(secrets.token_hex(8), secrets.token_hex(8))
    kept = timedelta(minutes=5)
    await answers.keep(place, 0, {"address": said_by(customer)}, holder="w", keep_for=kept)
    erasure = await ordered(work, customer)
    assert await found(work, customer, said_by(customer))

    await run(work)

    assert await found(work, customer, said_by(customer)) == set()
    for session in (running, ended):
        assert await work.engine.processes.find(str(session)) == []
        assert await work.engine.history.instances(str(session)) == []
    assert (await finished(work, erasure)).sessions == 2


async def test_that_there_was_a_session_stays_known(work: Work, customer: str) -> None:
    running = await walked(work, customer, to_its_end=False)
    ended = await walked(work, customer, to_its_end=True)
    erasure = await ordered(work, customer)
    await run(work)
    seen = {session: await work.sessions.find(session, "main") for session in (running, ended)}
    assert {session: known and known.state for session, known in seen.items()} == {
        running: SessionState.CANCELLED,
        ended: SessionState.ENDED,
    }
    history = await Journal(work.database).of_session(ended, "main")
    assert [(event.type, event.data) for event in history if event.type is not EventType.EFFECT] == [
        (EventType.SESSION_STARTED, {"script": SCRIPT, "release": 1, "channel": "crm"}),
        (EventType.ANSWER_GIVEN, {"step": "s", "key": "ask"}),
        (EventType.SESSION_ENDED, {"state": "ended"}),
        (EventType.SESSION_ERASED, {"erasure": str(erasure.id)}),
    ]


async def test_who_has_the_same_name_elsewhere_and_who_has_another_stay(work: Work, customer: str) -> None:
    namesake = await walked(work, customer, to_its_end=False, tenant="north")
    other = await walked(work, f"{customer}-2", to_its_end=False)
    await ordered(work, customer)
    await run(work)
    for session, tenant in ((namesake, "north"), (other, "main")):
        known = await work.sessions.find(session, tenant)
        assert known
        assert (known.state, bool(known.customer)) == (SessionState.RUNNING, True)
        assert len(await work.engine.processes.find(str(session))) == 1


async def test_an_order_given_twice_is_one_and_a_later_one_finds_nothing(work: Work, customer: str) -> None:
    await walked(work, customer, to_its_end=True)
    first = await ordered(work, customer)
    assert (await ordered(work, customer)).id == first.id
    await run(work)
    later = await ordered(work, customer)
    assert later.id != first.id
    await run(work)
    assert (await finished(work, later)).sessions == 0


class KilledError(BaseException):
    """The end of a process, as far as one can be had in a test."""


class DyingTransport(httpx.AsyncBaseTransport):
    """Carries so many requests that change something; the process doesn't live to see the answer of the last one."""

    def __init__(self, changes: int) -> None:
        self._inner = AiohttpTransport()
        self._left = changes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        self._left -= request.method == "DELETE"
        if self._left <= 0:
            await response.aclose()
            raise KilledError
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.mark.parametrize("changes", [1, 2, 3])
async def test_a_kill_in_the_middle_is_made_up_for(
    work: Work, engine_settings: EngineSettings, customer: str, changes: int
) -> None:
    sessions = [await walked(work, customer, to_its_end=ends) for ends in (False, True)]
    erasure = await ordered(work, customer)
    async with Engine(engine_settings, DyingTransport(changes)) as dying:
        with pytest.raises(KilledError):
            await run(work_with(work.database, dying))
    assert await found(work, customer, said_by(customer))
    await run(work)
    assert await found(work, customer, said_by(customer)) == set()
    assert [await work.engine.history.instances(str(session)) for session in sessions] == [[], []]
    assert (await finished(work, erasure)).sessions == 2


async def test_an_engine_that_is_away_leaves_the_order_to_the_next_run(work: Work, customer: str) -> None:
    await walked(work, customer, to_its_end=False)
    erasure = await ordered(work, customer)
    async with Engine(EngineSettings("http://127.0.0.1:1/engine-rest")) as away:
        await run(work_with(work.database, away))
    assert erasure.id in {left.id for left in await work.erasures.unfinished()}
    await run(work)
    await finished(work, erasure)


async def test_what_a_request_under_way_writes_afterwards_is_removed_too(work: Work, customer: str) -> None:
    session = await walked(work, customer, to_its_end=False)
    await ordered(work, customer)
    await run(work)
    late = Event(
        EventType.ANSWER_GIVEN, tenant="main", session=session, data={"answers": {"address": said_by(customer)}}
    )
    await Journal(work.database).record(late)
    await run(work)
    assert await found(work, said_by(customer)) == set()


async def test_answers_are_forgotten_when_their_session_ended_long_ago(work: Work, customer: str) -> None:
    old, young = [await walked(work, customer, to_its_end=True) for _ in range(2)]
    await work.database.fetch_one("UPDATE sessions SET ended_at = now() - interval '31 days' WHERE id = %s", (old,))
    now = datetime.now(UTC)
    for moment in (now - timedelta(days=3), now, now):
        await forget_answers(work, moment)
    journal = Journal(work.database)
    said = {session: [event.data for event in await journal.of_session(session, "main")] for session in (old, young)}
    assert said_by(customer) not in str(said[old])
    assert said_by(customer) in str(said[young])
    assert {"step": "s", "key": "ask"} in said[old]
