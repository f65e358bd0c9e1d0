"""The end of a session, recorded once, by whoever sees it first."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from engine import HistoricInstance, Opaque, Value
from player_api.forms.answers import as_json
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.position import Position
from runtime import logs
from store.errors import StoreError
from store.journal import Event, EventType
from store.sessions import SessionState, StoredSession

_LEFT_TO_OTHERS = timedelta(seconds=10)
"""Longer than a submission takes from the end of its script to writing it down, on a machine that is busy."""
_log = logs.get(__name__)


async def record_end(
    context: SessionContext,
    session: StoredSession,
    position: Position,
    caller: Caller,
    last_seen: Mapping[str, Any] | None = None,
) -> StoredSession:
    """Record that the engine has ended a session, where it has; return the session as it is then stored.

    Where functions still run after an answer, what the result needs is kept: the script may end with them. What they
    give themselves is not in it, since the engine keeps no variables of what has ended.

    Args:
        context: the parts to write with.
        session: the session as it was read.
        position: where the engine says it stands.
        caller: who noticed.
        last_seen: the variables that the engine gave last, for the result. Where none were seen, and none were kept, a
            session that has ended a moment ago is left to the submission that ended it.

    Raises:
        StoreUnavailable: nothing is recorded; the next look records it.
    """
    if session.state.is_final:
        return session
    if position.ended is None:
        if last_seen and position.is_working:
            await context.snapshots.keep_last(session.id, await _declared(context, session, last_seen))
        return session
    if last_seen is None:
        last_seen = await context.snapshots.last(session.id)
    if last_seen is None and _is_recent(position.ended):
        return await context.sessions.find(session.id, session.tenant) or session
    was_cancelled = position.ended.was_cancelled
    state = SessionState.CANCELLED if was_cancelled else SessionState.ENDED
    result = None if was_cancelled else await _result(context, session, position.ended, last_seen or {})
    event = Event(
        EventType.SESSION_ENDED,
        tenant=session.tenant,
        session=session.id,
        actor=caller.name,
        correlation_id=caller.correlation_id,
        data={"state": state, "result": result},
    )
    finished = await context.sessions.finish(session.id, state, result, event)
    if finished is not None:
        await tell_others(context, session)
    return finished or await context.sessions.find(session.id, session.tenant) or session


async def tell_others(context: SessionContext, session: StoredSession) -> None:
    """Wake who else watches the session, or the queue that it was in; who isn't woken looks again by itself."""
    try:
        await context.notifications.session_changed(session.id)
    except StoreError:
        _log.warning("others were not told of a change")
    if session.handoff is not None:
        await tell_queue(context, session.tenant, session.handoff.team)


async def tell_queue(context: SessionContext, tenant: str, team: str | None) -> None:
    """Wake who watches the queue of a team; who isn't woken looks again by itself."""
    try:
        await context.notifications.queue_changed(tenant, team)
    except StoreError:
        _log.warning("others were not told of a queue")


def _is_recent(ended: HistoricInstance) -> bool:
    return ended.ended is not None and timedelta(0) <= datetime.now(UTC) - ended.ended < _LEFT_TO_OTHERS


async def _result(
    context: SessionContext, session: StoredSession, ended: HistoricInstance, last_seen: Mapping[str, Any]
) -> dict[str, Any]:
    declared = await _declared(context, session, last_seen)
    return {
        "end": await context.engine.history.end_event(ended.id),
        "variables": {name: _plain(value) for name, value in declared.items()},
    }


async def _declared(context: SessionContext, session: StoredSession, seen: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the variables that are the script's result."""
    names = await context.releases.result_variables(session.script, session.release)
    return {name: seen[name] for name in names if name in seen and not isinstance(seen[name], Opaque)}


def _plain(value: Value) -> Any:
    # A generated form's date is the midnight before it (Camunda 7, "Task Forms", form field types).
    return as_json(value, is_day=isinstance(value, datetime) and value.time() == time.min)
