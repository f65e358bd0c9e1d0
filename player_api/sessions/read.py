"""Reading a session, at once or when it changes."""

import asyncio
import time
from uuid import UUID

from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import SessionNotFound
from player_api.sessions.finish import record_end
from player_api.sessions.models import HistoryEvent, Session
from player_api.sessions.position import Position, look
from player_api.sessions.view import session_view

_LOOK_AGAIN = 2.0


async def read(context: SessionContext, caller: Caller, session_id: UUID, patience: float) -> Session:
    """Return a session; with ``patience`` seconds, wait for its next change first.

    Raises:
        SessionNotFound: the caller's tenant has no such session.
        EngineError: the engine can't say where it stands.
    """
    session = await context.sessions.find(session_id, caller.tenant)
    if session is None:
        raise SessionNotFound(f"no session {session_id}")
    if session.state.is_final:
        return session_view(session, Position())
    deadline = time.monotonic() + patience
    with context.listener.changes(session_id) as changed:
        position = first = await look(context, session)
        while (
            _place(position) == _place(first) and position.ended is None and (left := deadline - time.monotonic()) > 0
        ):
            await _wait(changed, min(left, _LOOK_AGAIN))
            changed.clear()
            position = await look(context, session)
    return session_view(await record_end(context, session, position, caller), position)


async def _wait(changed: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(changed.wait(), seconds)
    except TimeoutError:
        return


def _place(position: Position) -> object:
    return {step.id for step in position.steps}, [(task.function, task.error) for task in position.waiting]


async def history(context: SessionContext, caller: Caller, session_id: UUID) -> list[HistoryEvent]:
    """Return what happened in a session, oldest first.

    Raises:
        SessionNotFound: the caller's tenant has no such session.
    """
    if await context.sessions.find(session_id, caller.tenant) is None:
        raise SessionNotFound(f"no session {session_id}")
    events = await context.journal.of_session(session_id, caller.tenant)
    return [HistoryEvent(at=event.at, type=event.type, actor=event.actor, data=event.data) for event in events]
