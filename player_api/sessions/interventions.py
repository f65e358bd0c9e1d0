"""Cancelling a session, and retrying what has failed in it."""

from uuid import UUID

from engine import UNDO_PROCESS
from engine.errors import LockLost, NotFound
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import NotRetryable
from player_api.sessions.finish import record_end, tell_others
from player_api.sessions.lease import refusal, require_lease
from player_api.sessions.models import Session
from player_api.sessions.open import find_open
from player_api.sessions.position import Position, look, settle
from player_api.sessions.view import session_view
from store.journal import Event, EventType
from store.sessions import SessionState, StoredSession


def _event(kind: EventType, session: StoredSession, caller: Caller, **data: object) -> Event:
    return Event(
        kind,
        tenant=session.tenant,
        session=session.id,
        actor=caller.name,
        correlation_id=caller.correlation_id,
        data=data,
    )


async def cancel(context: SessionContext, caller: Caller, session_id: UUID, reason: str) -> Session:
    """End a session before its time.

    The engine is told first: a kill in between leaves a session whose end is noticed and recorded later.

    Raises:
        SessionNotFound, SessionEnded, LeaseTaken: nothing is changed.
        EngineUnavailable, StoreUnavailable: it may be asked for again.
    """
    session = await find_open(context, caller, session_id)
    await require_lease(context, caller, session)
    found = await context.engine.processes.find(str(session.id))
    instances = [instance for instance in found if instance.definition_key != UNDO_PROCESS]  # those go on to their end
    if not instances:
        position = await look(context, session)
        if position.ended is not None:
            return session_view(await record_end(context, session, position, caller), position, caller.name)
    for instance in instances[:1]:
        try:
            await context.engine.processes.delete(instance.id)
        except NotFound:
            continue
    event = _event(EventType.SESSION_CANCELLED, session, caller, reason=reason, channel=session.channel)
    cancelled = await context.sessions.finish(session.id, SessionState.CANCELLED, None, event)
    await tell_others(context, session)
    return session_view(cancelled or await _again(context, session), Position(), caller.name)


async def _again(context: SessionContext, session: StoredSession) -> StoredSession:
    return await context.sessions.find(session.id, session.tenant) or session


async def retry(context: SessionContext, caller: Caller, session_id: UUID, patience: float) -> Session:
    """Let the failed functions of a session run once more, and wait for what comes next.

    Raises:
        SessionNotFound, SessionEnded, NotRetryable, LeaseTaken: nothing is changed.
        EngineUnavailable, StoreUnavailable: it may be asked for again.
    """
    session = await find_open(context, caller, session_id)
    instances = await context.engine.processes.find(str(session.id))
    tasks = await context.engine.external_tasks.waiting([instance.id for instance in instances]) if instances else []
    failed = [task for task in tasks if task.retries == 0]
    if not failed:
        raise NotRetryable("no function of this session has failed")
    event = _event(EventType.SESSION_RETRIED, session, caller, functions=[task.topic for task in failed])
    if not await context.leases.write(event):
        raise await refusal(context, caller, session.id)
    with context.listener.changes(session.id) as changed:
        for task in failed:
            try:
                await context.engine.external_tasks.retry(task.id)
            except (NotFound, LockLost):
                continue  # somebody else was first
        position = await settle(context, session, changed, patience)
    return session_view(await record_end(context, session, position, caller), position, caller.name)
