"""Sessions that are not over."""

from uuid import UUID

from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import SessionEnded, SessionNotFound
from store.sessions import StoredSession


async def find_open(context: SessionContext, caller: Caller, session_id: UUID) -> StoredSession:
    """Return a session of the caller's tenant that is not over.

    Raises:
        SessionNotFound: there is none.
        SessionEnded: it is over.
    """
    session = await context.sessions.find(session_id, caller.tenant)
    if session is None:
        raise SessionNotFound(f"no session {session_id}")
    if session.state.is_final:
        raise SessionEnded(f"the session is {session.state}")
    return session
