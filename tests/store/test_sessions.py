import asyncio
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from store.database import Database
from store.journal import Event, EventType, Journal
from store.releases import ReleaseContent, Releases
from store.sessions import NewSession, Sessions, SessionState


def _content(script: str, text: bytes = b"x") -> ReleaseContent:
    return ReleaseContent(script, script.title(), ["outcome"], {"script.bpmn": text}, digest=text)


async def _publish(database: Database, script: str, numbers: int = 1) -> None:
    releases = Releases(database)
    for number in range(1, numbers + 1):
        release = await releases.reserve(_content(script, str(number).encode()), author="test")
        assert release.number == number
        await releases.published(release, f"deployment-{number}", f"{script}:{number}", "test")


def _new(script: str, **different: Any) -> NewSession:
    given: dict[str, Any] = {
        "id": uuid4(),
        "script": script,
        "tenant": "main",
        "channel": "crm",
        "team": None,
        "locale": "ru",
        "customer": None,
        "external_id": None,
        "variables": {"account": "1000000001"},
        "correlation_id": "c-1",
        "created_by": "key:operator",
    }
    return NewSession(**{**given, **different})


@pytest.fixture
async def script(database: Database) -> str:
    key = f"script_{secrets.token_hex(4)}"
    await _publish(database, key, numbers=4)
    return key


RULES: list[dict[str, str | int]] = [
    {"release": 1},
    {"release": 2, "channel": "bot"},
    {"release": 3, "channel": "bot", "tenant": "north"},
    {"release": 4, "team": "gold"},
]


@pytest.mark.parametrize(
    ("caller", "release"),
    [
        ({}, 1),
        ({"channel": "bot"}, 2),
        ({"channel": "bot", "tenant": "north"}, 3),
        ({"channel": "bot", "tenant": "south"}, 2),
        ({"tenant": "north"}, 1),
        ({"team": "gold"}, 4),
        ({"team": "silver"}, 1),
        # two conditions are more specific than one
        ({"channel": "bot", "tenant": "north", "team": "gold"}, 3),
    ],
)
async def test_the_most_specific_rule_of_the_rollout_wins(
    database: Database, script: str, caller: dict[str, str], release: int
) -> None:
    await Releases(database).roll_out(script, RULES, "test")
    session = await Sessions(database).create(_new(script, **caller))
    assert session is not None
    assert session.release == release
    assert session.definition_id == f"{script}:{release}"


async def test_a_switch_gives_new_sessions_the_new_release_and_leaves_running_ones(
    database: Database, script: str
) -> None:
    sessions = Sessions(database)
    before = await sessions.create(_new(script))
    await Releases(database).roll_out(script, [{"release": 3}], "test")
    after = await sessions.create(_new(script))
    assert before is not None
    assert after is not None
    assert (before.release, after.release) == (1, 3)
    found = await sessions.find(before.id, "main")
    assert found is not None
    assert found.release == 1


async def test_without_a_rollout_nothing_is_written(database: Database) -> None:
    new = _new("nobody_published_this")
    assert await Sessions(database).create(new) is None
    assert await Sessions(database).find(new.id, "main") is None
    assert await Journal(database).of_session(new.id, "main") == []


async def test_creating_writes_the_event_of_the_start(database: Database, script: str) -> None:
    session = await Sessions(database).create(_new(script))
    assert session is not None
    [event] = await Journal(database).of_session(session.id, "main")
    assert event.type is EventType.SESSION_STARTED
    assert event.data == {"script": script, "release": 1, "channel": "crm"}
    assert event.actor == "key:operator"


async def test_an_id_is_used_once(database: Database, script: str) -> None:
    new = _new(script)
    assert await Sessions(database).create(new) is not None
    assert await Sessions(database).create(new) is None


async def test_another_tenant_sees_nothing(database: Database, script: str) -> None:
    session = await Sessions(database).create(_new(script))
    assert session is not None
    assert await Sessions(database).find(session.id, "north") is None
    assert await Journal(database).of_session(session.id, "north") == []


async def test_variables_are_kept_until_the_engine_has_them(database: Database, script: str) -> None:
    sessions = Sessions(database)
    session = await sessions.create(_new(script))
    assert session is not None
    assert session.variables == {"account": "1000000001"}
    await sessions.mark_running(session.id)
    running = await sessions.find(session.id, "main")
    assert running is not None
    assert (running.state, running.variables) == (SessionState.RUNNING, {})


def _ended(session: UUID) -> Event:
    return Event(EventType.SESSION_ENDED, tenant="main", session=session)


async def test_of_many_that_see_the_end_one_records_it(database: Database, script: str) -> None:
    sessions = Sessions(database)
    session = await sessions.create(_new(script))
    assert session is not None
    result = {"end": "end_promised", "variables": {}}
    finished = await asyncio.gather(
        *(sessions.finish(session.id, SessionState.ENDED, result, _ended(session.id)) for _ in range(5))
    )
    assert [row.result for row in finished if row] == [result]
    events = await Journal(database).of_session(session.id, "main")
    assert [event.type for event in events] == [EventType.SESSION_STARTED, EventType.SESSION_ENDED]


async def test_an_unfinished_start_is_found_and_a_finished_one_is_not(database: Database, script: str) -> None:
    sessions = Sessions(database)
    cut_short, done = await sessions.create(_new(script)), await sessions.create(_new(script))
    assert cut_short is not None
    assert done is not None
    await sessions.mark_running(done.id)
    found = {session.id for session in await sessions.unstarted(older_than=timedelta(0), limit=1000)}
    assert cut_short.id in found
    assert done.id not in found
