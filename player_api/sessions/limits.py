"""Sessions outside of what a caller is limited to don't exist for it, like those of another tenant."""

from collections.abc import Sequence
from uuid import UUID

from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import SessionNotFound
from store.keys import Limits
from store.sessions import StoredSession


async def require_within_limits(context: SessionContext, caller: Caller, named: Sequence[str]) -> None:
    """Let a caller pass whose limits cover all sessions that its request names. One without limits costs no query.

    Raises:
        SessionNotFound: one is outside of them.
    """
    limits = caller.limits
    if (limits.scripts, limits.channels, limits.teams) == (None, None, None):
        return
    for session_id in filter(None, map(_parsed, named)):
        session = await context.sessions.find(session_id, caller.tenant)
        if session is not None and not _cover(limits, session):
            raise SessionNotFound(f"no session {session_id}")


def _cover(limits: Limits, session: StoredSession) -> bool:
    """Say whether a session is within limits, or waits for somebody who is within them."""
    waits = session.handoff
    return limits.cover(session.script, session.channel, session.team) or (
        waits is not None and limits.cover(session.script, waits.channel, waits.team)
    )


def _parsed(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
