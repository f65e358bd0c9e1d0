"""Reading a session, at once or when it changes."""

import asyncio
import time
from uuid import UUID

from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import SessionNotFound
from player_api.sessions.finish import record_end
from player_api.sessions.models import HistoryEvent, Session
from player_api.sessions.position import Position, look
from player_api.sessions.view import session_view, version_of

_LOOK_AGAIN = 2.0


async def read(
    context: SessionContext, caller: Caller, session_id: UUID, patience: float, known: str | None = None
) -> Session:
    """Return a session as it is when there is something to show.

    Args:
        context: the parts to ask.
        caller: who asks.
        session_id: which session.
        patience: seconds to wait at most: while functions run, or while nothing differs from ``known``.
        known: the version that the caller has, from `version_of`.

    Raises:
        SessionNotFound: the caller's tenant has no such session.
        EngineError: the engine can't say where it stands.
    """
    session = await context.sessions.find(session_id, caller.tenant)
    if session is None:
        raise SessionNotFound(f"no session {session_id}")
    if session.state.is_final:
        return session_view(session, Position(), caller.name)
    deadline = time.monotonic() + patience
    with context.listener.changes(session_id) as changed:
        while True:
            changed.clear()
            position = await look(context, session)
            session = await record_end(context, session, position, caller)
            view = session_view(session, position, caller.name)
            left = deadline - time.monotonic()
            is_news = not position.is_working if known is None else version_of(view) != known
            if is_news or left <= 0:
                return view
            await _wait(changed, min(left, _LOOK_AGAIN))


async def _wait(changed: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        return


async def history(context: SessionContext, caller: Caller, session_id: UUID) -> list[HistoryEvent]:
    """Return what happened in a session, oldest first.

    Raises:
        SessionNotFound: the caller's tenant has no such session.
    """
    if await context.sessions.find(session_id, caller.tenant) is None:
        raise SessionNotFound(f"no session {session_id}")
    events = await context.journal.of_session(session_id, caller.tenant)
    return [HistoryEvent(at=event.at, type=event.type, actor=event.actor, data=event.data) for event in events]
