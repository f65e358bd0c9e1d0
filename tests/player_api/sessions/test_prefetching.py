"""When the facade asks ahead, and with what."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from feel import Evaluator
from functions.pins import Pin
from player_api.forms.answers import AnswerChecker
from player_api.forms.parsing import parse_form
from player_api.sessions.models import Step
from player_api.sessions.open_steps import OpenStep
from player_api.sessions.prefetching import Prefetching
from player_api.workers_link import WorkersLink
from store.database import Database
from store.releases import Prefetch, ReleaseContent, Releases
from store.sessions import SessionState, StoredSession
from tests.functions.declared import declared

FORM = parse_form(
    {
        "id": "ask",
        "components": [
            {"type": "textfield", "key": "account", "validate": {"pattern": "^[0-9]{10}$"}},
            {"type": "textfield", "key": "note", "validate": {"required": True}},
        ],
    }
)
GOOD, OTHER = "1234567890", "0987654321"
PIN = Pin.of(declared(), {}).text()


@dataclass
class Workers:
    """Notes what it is asked."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    status: int = 202

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer token"
        self.asked += json.loads(request.content)["calls"]
        return httpx.Response(self.status)


def _step(step_id: str = "task-1", **variables: Any) -> OpenStep:
    async def complete(_answers: Mapping[str, Any]) -> Mapping[str, Any]:
        return {}

    shown = Step(id=step_id, key="ask", name="", hint=None, form={}, said=[], data={}, actions=[])
    return OpenStep(shown, FORM, variables, complete)


@dataclass
class Ground:
    workers: Workers
    prefetching: Prefetching
    session: StoredSession

    async def asked(self, step: OpenStep, typed: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        self.workers.asked.clear()
        self.prefetching.consider(self.session, step, typed)
        await asyncio.gather(*self.prefetching._running)
        return [call["inputs"] for call in self.workers.asked]


async def _ground(database: Database, *, repeats: bool = False, linked: bool = True) -> Ground:
    script = f"script_{secrets.token_hex(6)}"
    item = Prefetch("ask", "call", "billing.get_balance", PIN, {"account": "account"}, repeats)
    releases = Releases(database)
    content = ReleaseContent(script, script, [], {}, secrets.token_bytes(32), {}, [item])
    await releases.reserve(content, author="test")
    workers = Workers()
    link = WorkersLink("http://workers", SecretStr("token") if linked else None, httpx.MockTransport(workers))
    return Ground(workers, Prefetching(releases, link, AnswerChecker(Evaluator())), _session(script))


def _session(script: str) -> StoredSession:
    return StoredSession(
        id=uuid4(),
        script=script,
        tenant="north",
        channel="crm",
        team=None,
        locale=None,
        customer="c-7",
        external_id=None,
        variables={},
        correlation_id="c-1",
        created_by="test",
        release=1,
        definition_id="d",
        state=SessionState.RUNNING,
        result=None,
        created_at=datetime.now(UTC),
        ended_at=None,
    )


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Ground]:
    ground = await _ground(database)
    async with ground.prefetching.running():
        yield ground


@pytest.mark.parametrize(
    ("variables", "typed", "asked"),
    [
        ({}, None, []),
        ({"account": GOOD}, None, [{"account": GOOD}]),
        ({"account": "12"}, None, []),
        ({}, {"account": GOOD}, [{"account": GOOD}]),
        ({}, {"account": "123456789"}, []),
        ({}, {"account": 1234567890}, []),
        ({}, {"account": None}, []),
        ({}, {"note": "x"}, []),
        ({"account": OTHER}, {"account": GOOD}, [{"account": GOOD}]),
        ({"account": GOOD}, {"account": "", "note": ""}, []),
    ],
)
async def test_what_is_asked_is_typed_or_shown_and_valid(
    here: Ground, variables: Mapping[str, Any], typed: Mapping[str, Any] | None, asked: list[Any]
) -> None:
    assert await here.asked(_step(**variables), typed) == asked


async def test_a_call_says_for_whom_it_is(here: Ground) -> None:
    await here.asked(_step(), {"account": GOOD})
    [call] = here.workers.asked
    assert call == {
        "function": "billing.get_balance",
        "pin": PIN,
        "inputs": {"account": GOOD},
        "session_id": str(here.session.id),
        "activity_id": "call",
        "tenant": "north",
        "customer": "c-7",
        "correlation_id": "c-1",
    }


async def test_the_same_is_asked_once_for_a_step(here: Ground) -> None:
    assert await here.asked(_step(), {"account": GOOD}) == [{"account": GOOD}]
    assert await here.asked(_step(), {"account": GOOD, "note": "x"}) == []
    assert await here.asked(_step(), {"account": OTHER}) == [{"account": OTHER}]
    assert await here.asked(_step("task-2"), {"account": GOOD}) == [{"account": GOOD}]


async def test_what_led_to_the_step_is_asked_again_only_where_it_is_typed(database: Database) -> None:
    here = await _ground(database, repeats=True)
    assert await here.asked(_step(account=GOOD)) == []
    assert await here.asked(_step(account=GOOD), {"note": "x"}) == []
    assert await here.asked(_step(account=GOOD), {"account": OTHER}) == [{"account": OTHER}]


@pytest.mark.parametrize("status", [401, 500])
async def test_workers_that_refuse_hinder_nobody(here: Ground, status: int) -> None:
    here.workers.status = status
    assert await here.asked(_step(), {"account": GOOD}) == [{"account": GOOD}]


async def test_without_a_token_nothing_is_asked(database: Database) -> None:
    here = await _ground(database, linked=False)
    assert await here.asked(_step(account=GOOD)) == []


async def test_what_is_no_json_is_left_to_the_task(here: Ground) -> None:
    strange = OpenStep(_step().shown, parse_form({"components": []}), {"account": datetime.now(UTC)}, _step().complete)
    assert await here.asked(strange) == []
