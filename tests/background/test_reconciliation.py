"""The store made true to a real engine, after somebody died between the two."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from background.reconciliation import end_unstarted, record_ends
from background.work import Work
from engine import ProcessInstance
from functions.catalogue import Catalogue
from player_api.releases.close import close
from player_api.releases.publish import publish
from store.journal import EventType, Journal
from store.releases import Releases
from store.sessions import NewSession, SessionState, StoredSession

SCRIPT = "background_asking"
BPMN = Path(__file__).with_name("asking.bpmn").read_bytes()


@pytest.fixture(autouse=True)
async def script(work: Work) -> AsyncIterator[None]:
    """The script, deployed; with it goes every instance that a test has left."""
    await publish(work.engine, Releases(work.database), close(SCRIPT, {"script.bpmn": BPMN}, Catalogue()), "test")
    yield
    release = await work.database.fetch_one("DELETE FROM rollouts WHERE script = %s RETURNING script", (SCRIPT,))
    assert release
    deployed = await work.database.fetch_all("SELECT deployment_id FROM releases WHERE script = %s", (SCRIPT,))
    for table in ("sessions", "release_files", "releases"):
        await work.database.fetch_one(f"DELETE FROM {table} WHERE script = %s", (SCRIPT,))
    await work.database.fetch_one("DELETE FROM watermarks")
    for row in deployed:
        await work.engine.deployments.delete(row["deployment_id"], cascade=True)


async def written_down(work: Work) -> StoredSession:
    """A session as it is before the engine is asked to start it."""
    session = await work.sessions.create(
        NewSession(
            id=uuid4(),
            script=SCRIPT,
            tenant="main",
            channel="crm",
            team=None,
            locale=None,
            customer=None,
            external_id=None,
            variables={},
            correlation_id="call-1",
            created_by="key:operator",
        )
    )
    assert session
    return session


async def started(work: Work) -> tuple[StoredSession, ProcessInstance]:
    session = await written_down(work)
    instance = await work.engine.processes.start(session.definition_id, business_key=str(session.id), variables={})
    await work.sessions.mark_running(session.id)
    return session, instance


async def answer(work: Work, session: StoredSession) -> None:
    [task] = await work.engine.user_tasks.waiting(str(session.id))
    await work.engine.user_tasks.complete(task.id, {})


async def cut_off(work: Work, session: StoredSession) -> None:
    [instance] = await work.engine.processes.find(str(session.id))
    await work.engine.processes.delete(instance.id)


async def now_stored(work: Work, session: UUID) -> StoredSession:
    stored = await work.sessions.find(session, "main")
    assert stored
    return stored


async def events(work: Work, session: UUID) -> list[EventType]:
    return [event.type for event in await Journal(work.database).of_session(session, "main")]


@pytest.mark.parametrize(
    ("end", "state", "result"),
    [
        (answer, SessionState.ENDED, {"end": "end_asked", "variables": {}}),
        (cut_off, SessionState.CANCELLED, None),
    ],
)
async def test_an_end_that_nobody_saw_is_recorded_once(
    work: Work,
    end: Callable[[Work, StoredSession], Awaitable[None]],
    state: SessionState,
    result: dict[str, object] | None,
) -> None:
    session, _ = await started(work)
    await end(work, session)
    assert (await now_stored(work, session.id)).state is SessionState.RUNNING

    assert await record_ends(work, datetime.now(UTC)) == 1
    assert await record_ends(work, datetime.now(UTC)) == 0

    stored = await now_stored(work, session.id)
    assert (stored.state, stored.result) == (state, result)
    assert stored.ended_at is not None
    [_, ended] = await Journal(work.database).of_session(session.id, "main")
    assert (ended.type, ended.actor) == (EventType.SESSION_ENDED, "background")
    assert ended.data == {"state": state, "result": result}


async def test_what_still_runs_and_what_is_no_session_is_left_alone(work: Work) -> None:
    session, _ = await started(work)
    for business_key in ("order 17", str(uuid4())):
        foreign = await work.engine.processes.start(session.definition_id, business_key=business_key, variables={})
        await work.engine.processes.delete(foreign.id)
    assert await record_ends(work, datetime.now(UTC)) == 0
    assert (await now_stored(work, session.id)).state is SessionState.RUNNING


@pytest.mark.parametrize("batch", [1, 2, 5])
async def test_more_ends_than_fit_a_batch(work: Work, batch: int) -> None:
    sessions = [(await started(work))[0] for _ in range(5)]
    for session in sessions:
        await cut_off(work, session)
    assert await record_ends(work, datetime.now(UTC), batch=batch) == 5


async def test_the_next_run_goes_on_where_this_one_stopped(work: Work) -> None:
    """An end that is older than the last run and its overlap was seen by that run, and is not looked for again."""
    session, _ = await started(work)
    await answer(work, session)
    await record_ends(work, datetime.now(UTC))
    await work.database.fetch_one("UPDATE sessions SET state = 'running' WHERE id = %s", (session.id,))
    later = datetime.now(UTC) + timedelta(hours=1)
    assert await record_ends(work, later) == 1
    await work.database.fetch_one("UPDATE sessions SET state = 'running' WHERE id = %s", (session.id,))
    assert await record_ends(work, later + timedelta(minutes=1)) == 0


async def grown_old(work: Work, session: UUID) -> None:
    await work.database.fetch_one(
        "UPDATE sessions SET state = 'starting', created_at = now() - interval '61 seconds' WHERE id = %s", (session,)
    )


async def test_a_start_that_never_reached_the_engine_is_called_off(work: Work) -> None:
    session = await written_down(work)
    await grown_old(work, session.id)
    assert await end_unstarted(work) == 1
    assert (await now_stored(work, session.id)).state is SessionState.CANCELLED
    assert await events(work, session.id) == [EventType.SESSION_STARTED, EventType.SESSION_CANCELLED]


async def test_a_start_that_is_under_way_is_waited_for(work: Work) -> None:
    session = await written_down(work)
    assert await end_unstarted(work) == 0
    assert (await now_stored(work, session.id)).state is SessionState.STARTING


async def test_a_start_that_nobody_heard_of_runs(work: Work) -> None:
    session, _ = await started(work)
    await grown_old(work, session.id)
    assert await end_unstarted(work) == 0
    assert (await now_stored(work, session.id)).state is SessionState.RUNNING


async def test_a_start_that_nobody_heard_of_and_its_end(work: Work) -> None:
    session, _ = await started(work)
    await answer(work, session)
    await grown_old(work, session.id)
    assert await end_unstarted(work) == 0
    assert await record_ends(work, datetime.now(UTC)) == 1
    assert (await now_stored(work, session.id)).state is SessionState.ENDED
