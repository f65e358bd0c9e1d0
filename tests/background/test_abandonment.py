"""Sessions that nobody writes in, on a real engine."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from background.abandonment import abandon_idle
from background.work import Work
from engine import Engine, EngineSettings, EngineUnavailable
from functions.catalogue import Catalogue
from player_api.releases.close import close
from player_api.releases.publish import publish
from store.idleness import Idleness
from store.journal import Event, EventType, Journal
from store.leases import Leases
from store.releases import Releases
from store.sessions import NewSession, SessionState, StoredSession

ASKING = Path(__file__).with_name("asking.bpmn").read_text(encoding="utf-8")
SCRIPT = "background_idle"
LIMIT = timedelta(hours=10)


def diagram(property_: str = "") -> bytes:
    text = ASKING.replace("background_asking", SCRIPT)
    if property_:
        camunda = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
        value = f'<camunda:property {camunda} name="abandonedAfter" value="{property_}" />'
        properties = (
            f"<extensionElements><camunda:properties {camunda}>{value}</camunda:properties></extensionElements>"
        )
        head, start, rest = text.partition("<startEvent")
        text = head + properties + start + rest
    return text.encode()


@pytest.fixture
async def work(work: Work) -> AsyncIterator[Work]:
    """With the script in two releases, the newer one with limits of its own; nothing is left of them."""
    releases = Releases(work.database)
    for content in (diagram(), diagram("2h, bot: 30m")):
        await publish(work.engine, releases, close(SCRIPT, {"script.bpmn": content}, Catalogue()), "test")
    yield replace(work, idle_limit=LIMIT)
    deployed = await work.database.fetch_all("SELECT deployment_id FROM releases WHERE script = %s", (SCRIPT,))
    for table in ("rollouts", "sessions", "release_files", "releases"):
        await work.database.fetch_one(f"DELETE FROM {table} WHERE script = %s", (SCRIPT,))
    for row in deployed:
        await work.engine.deployments.delete(row["deployment_id"], cascade=True)


async def started(work: Work, *, release: int = 1, channel: str = "crm", hours: float = 0) -> StoredSession:
    """A running session that nobody has written in for so many hours."""
    await Releases(work.database).roll_out(SCRIPT, [{"release": release}], "test")
    new = NewSession(
        id=uuid4(),
        script=SCRIPT,
        tenant="main",
        channel=channel,
        team=None,
        locale=None,
        customer=None,
        external_id=None,
        variables={},
        correlation_id="call-1",
        created_by="key:operator",
    )
    session = await work.sessions.create(new)
    assert session
    await work.engine.processes.start(session.definition_id, business_key=str(session.id), variables={})
    await work.sessions.mark_running(session.id)
    await untouched(work, session.id, hours)
    return session


async def untouched(work: Work, session: UUID, hours: float) -> None:
    await work.database.fetch_one(
        "UPDATE sessions SET touched_at = now() - make_interval(secs => %s), held_until = NULL WHERE id = %s",
        (hours * 3600, session),
    )


async def time_is_over(work: Work, session: UUID) -> None:
    await work.database.fetch_one("UPDATE sessions SET idle_until = now() WHERE id = %s", (session,))


async def now_stored(work: Work, session: StoredSession) -> StoredSession:
    stored = await work.sessions.find(session.id, "main")
    assert stored
    return stored


async def events(work: Work, session: StoredSession) -> list[EventType]:
    return [event.type for event in await Journal(work.database).of_session(session.id, "main")]


@pytest.mark.parametrize(
    ("release", "channel", "hours", "left"),
    [
        (1, "crm", 7.9, None),
        (1, "crm", 8.5, 2),
        (1, "bot", 8.5, 2),
        # after a long absence of ours there is still time to act on the warning
        (1, "crm", 100, 2),
        (2, "crm", 1.5, None),
        (2, "crm", 1.7, 0.4),
        (2, "bot", 0.3, None),
        (2, "bot", 0.45, 0.1),
    ],
)
async def test_who_is_idle_is_warned_by_the_limits_of_script_and_channel(
    work: Work, release: int, channel: str, hours: float, left: float | None
) -> None:
    session = await started(work, release=release, channel=channel, hours=hours)
    assert await abandon_idle(work) == 0
    stored = await now_stored(work, session)
    assert stored.state is SessionState.RUNNING
    if left is None:
        assert stored.idle_until is None
        assert await events(work, session) == [EventType.SESSION_STARTED]
        return
    assert stored.idle_until is not None
    row = await work.database.fetch_one(
        "SELECT extract(epoch FROM idle_until - now())::float8 / 3600 AS hours FROM sessions WHERE id = %s",
        (session.id,),
    )
    assert row
    assert row["hours"] == pytest.approx(left, abs=0.02)
    await abandon_idle(work)
    assert await events(work, session) == [EventType.SESSION_STARTED, EventType.SESSION_IDLE]


async def test_whose_time_is_over_is_abandoned_in_store_and_engine(work: Work) -> None:
    session = await started(work, hours=9)
    await abandon_idle(work)
    await time_is_over(work, session.id)
    assert await abandon_idle(work) == 1
    stored = await now_stored(work, session)
    assert (stored.state, stored.holder, stored.ended_at is None) == (SessionState.ABANDONED, None, False)
    assert await work.engine.processes.find(str(session.id)) == []
    assert (await events(work, session))[1:] == [EventType.SESSION_IDLE, EventType.SESSION_ABANDONED]
    assert await abandon_idle(work) == 0


async def write(work: Work, session: StoredSession) -> bool:
    event = Event(EventType.ANSWER_GIVEN, tenant="main", session=session.id, actor="key:operator", correlation_id="c")
    return await Leases(work.database).write(event, step="x")


async def test_a_write_takes_the_warning_back(work: Work) -> None:
    session = await started(work, hours=9)
    await abandon_idle(work)
    assert await write(work, session)
    assert (await now_stored(work, session)).idle_until is None
    assert await abandon_idle(work) == 0


@pytest.mark.parametrize("count", range(5))
async def test_of_a_write_and_an_abandonment_at_the_same_moment_one_comes_first(work: Work, count: int) -> None:
    session = await started(work)
    await time_is_over(work, session.id)
    written, abandoned = await asyncio.gather(write(work, session), Idleness(work.database, LIMIT).abandon(10))
    assert written is (session.id not in abandoned)
    last = (await events(work, session))[-1]
    assert last is (EventType.ANSWER_GIVEN if written else EventType.SESSION_ABANDONED)


async def test_what_waits_for_no_person_has_its_time_anew(work: Work) -> None:
    session = await started(work, hours=9)
    [task] = await work.engine.user_tasks.waiting(str(session.id))
    await work.engine.user_tasks.complete(task.id, {})
    await abandon_idle(work)
    assert (await now_stored(work, session)).idle_until is None
    row = await work.database.fetch_one(
        "SELECT touched_at > now() - interval '1 minute' AS anew FROM sessions WHERE id = %s", (session.id,)
    )
    assert row == {"anew": True}


async def test_an_engine_that_was_away_is_told_by_the_next_run(work: Work, engine_settings: EngineSettings) -> None:
    session = await started(work)
    await time_is_over(work, session.id)
    async with Engine(replace(engine_settings, url="http://127.0.0.1:9/engine-rest")) as away:
        with pytest.raises(EngineUnavailable):
            await abandon_idle(replace(work, engine=away))
    assert (await now_stored(work, session)).state is SessionState.ABANDONED
    assert await work.engine.processes.find(str(session.id))
    await abandon_idle(work)
    assert await work.engine.processes.find(str(session.id)) == []
