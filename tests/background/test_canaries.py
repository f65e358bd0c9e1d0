"""The guard of canaries: on a real engine, and its judgement by figures."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from background.canaries import AUTHOR, judge_canaries
from background.work import Work
from functions.catalogue import Catalogue
from player_api.releases.close import close
from player_api.releases.publish import publish
from store.journal import Event, EventType, Journal
from store.releases import Releases
from store.rollouts import Rollouts, Switch
from store.sessions import NewSession, SessionState, StoredSession
from tests.background.test_abandonment import ASKING


@pytest.fixture
async def script(work: Work) -> AsyncIterator[str]:
    """In two releases, the second as a canary for half of the operators."""
    key = f"guarded_{secrets.token_hex(4)}"
    releases = Releases(work.database)
    for name in ("Old", "New"):
        diagram = ASKING.replace("background_asking", key).replace("One question", name)
        await publish(work.engine, releases, close(key, {"script.bpmn": diagram.encode()}, Catalogue()), "test")
    yield key
    for row in await work.database.fetch_all("SELECT deployment_id FROM releases WHERE script = %s", (key,)):
        await work.engine.deployments.delete(row["deployment_id"], cascade=True)
    await work.database.fetch_one("DELETE FROM rollouts WHERE script = %s", (key,))


async def begin_canary(work: Work, script: str, percent: int = 50, **guard: Any) -> None:
    canary = {"release": 2, "percent": percent, "since": datetime.now(UTC).isoformat(), "guard": guard}
    rollouts = Rollouts(work.database)
    now = await rollouts.read(script)
    assert now is not None
    await rollouts.switch(Switch(script, [{"release": 1, "canary": canary}], "key:publisher"), now.version)


async def walk(work: Work, script: str, operator: int) -> StoredSession:
    """Start a session on the real engine."""
    new = NewSession(
        id=uuid4(),
        script=script,
        tenant="main",
        channel="crm",
        team=None,
        locale=None,
        customer=None,
        external_id=None,
        variables={},
        correlation_id="c",
        created_by=f"operator:{operator}",
    )
    session = await work.sessions.create(new)
    assert session is not None
    await work.engine.processes.start(session.definition_id, business_key=str(session.id), variables={})
    await work.sessions.mark_running(session.id)
    return session


async def end(work: Work, session: StoredSession, state: SessionState) -> None:
    if state is SessionState.CANCELLED:
        [instance] = await work.engine.processes.find(str(session.id))
        await work.engine.processes.delete(instance.id)
    else:
        [task] = await work.engine.user_tasks.waiting(str(session.id))
        await work.engine.user_tasks.complete(task.id, {})
    event = Event(EventType.SESSION_ENDED, tenant="main", session=session.id)
    assert await work.sessions.finish(session.id, state, None, event) is not None


async def test_a_canary_that_operators_cancel_is_rolled_back_by_itself(work: Work, script: str) -> None:
    await begin_canary(work, script, min_sessions=4, cancellations=20)
    rollouts = Rollouts(work.database)
    counts = {1: 0, 2: 0}
    for operator in range(60):
        session = await walk(work, script, operator)
        counts[session.release] += 1
        await end(work, session, SessionState.CANCELLED if session.release == 2 else SessionState.ENDED)
        if min(counts.values()) >= 4:
            break
        assert script not in [ended.script for ended in await judge_canaries(rollouts)]
    running = await walk(work, script, 1000)

    [ended] = [each for each in await judge_canaries(rollouts) if each.script == script]
    assert (list(ended.rules), ended.changed_by) == ([{"release": 1}], AUTHOR)
    assert ended.cause is not None
    assert "100 % против 0 %" in ended.cause["ru"]
    assert "100 % sessions cancelled or abandoned against 0 %" in ended.cause["en"]
    assert {(await walk(work, script, operator)).release for operator in range(5)} == {1}
    still = await work.sessions.find(running.id, "main")
    assert still is not None
    assert still.release == running.release
    assert [each.script for each in await judge_canaries(rollouts)].count(script) == 0


@pytest.mark.parametrize(
    ("guard", "ends"),
    [
        ({"errors": 10}, True),
        ({"errors": 60}, False),
        ({"errors": 10, "min_sessions": 5}, False),
        ({"handling_time": 50}, True),
        ({"handling_time": 900}, False),
        ({"cancellations": 0}, False),
    ],
)
async def test_what_a_guard_allows(work: Work, script: str, guard: dict[str, Any], ends: bool) -> None:
    for before in range(4):
        await take(work, await walk(work, script, before), seconds=60)
    await begin_canary(work, script, percent=100, **{"min_sessions": 4, **guard})
    for number in range(4):
        session = await walk(work, script, number)
        await take(work, session, seconds=120)
        if number < 2:
            data = {"outcome": "failed", "purpose": "task", "function": "f"}
            event = Event(EventType.FUNCTION_CALLED, tenant="main", session=session.id, data=data)
            await Journal(work.database).record(event)
    ended = [each.script for each in await judge_canaries(Rollouts(work.database))]
    assert (script in ended) is ends


async def take(work: Work, session: StoredSession, *, seconds: int) -> None:
    """Let a session end after so many seconds."""
    await end(work, session, SessionState.ENDED)
    await work.database.fetch_one(
        "UPDATE sessions SET ended_at = created_at + make_interval(secs => %s) WHERE id = %s", (seconds, session.id)
    )
