"""One at a time works on a session; it is handed off, claimed and taken over."""

from datetime import UTC, datetime
from uuid import UUID

from player_api.access.errors import Forbidden
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import LeaseTaken, SessionError, TakeoverWithoutReason
from player_api.sessions.finish import tell_others, tell_queue
from player_api.sessions.models import ClaimRequest, HandoffRequest, Session, WaitingSession
from player_api.sessions.open import find_open
from player_api.sessions.read import read
from store.leases import Claim, Handoff
from store.sessions import StoredSession

_LONGEST_QUEUE = 500


async def require_lease(context: SessionContext, caller: Caller, session: StoredSession) -> None:
    """Let the caller work on a session, which takes or renews its lease.

    Raises:
        SessionEnded, LeaseTaken: the caller may not.
        StoreUnavailable: the database can't be reached.
    """
    if not await context.leases.renew(session.id, caller.name):
        raise await refusal(context, caller, session.id)


async def refusal(context: SessionContext, caller: Caller, session_id: UUID) -> SessionError:
    """Return why a write of the caller did not count: somebody else works on the session, or it waits for somebody.

    Raises:
        SessionNotFound, SessionEnded: the session is over.
        StoreUnavailable: the database can't be reached.
    """
    return lease_taken(await find_open(context, caller, session_id), caller) or LeaseTaken("try again", None)


def lease_taken(session: StoredSession, caller: Caller) -> LeaseTaken | None:
    """Return why the caller may not write in a session as it was read, None where it may."""
    if session.handoff is not None:
        waits_for = f"the team {session.handoff.team}" if session.handoff.team else "somebody"
        return LeaseTaken(f"the session waits for {waits_for} to claim it", None)
    holder = session.held_by(datetime.now(UTC))
    if holder is None or holder == caller.name or session.held_until is None:
        return None
    until = session.held_until.isoformat(timespec="seconds")
    return LeaseTaken(f"{holder} works on it until {until}", {"name": holder, "until": until})


async def hand_off(context: SessionContext, caller: Caller, session_id: UUID, request: HandoffRequest) -> Session:
    """Put a session into the queue of a team, where it waits to be claimed.

    Raises:
        SessionNotFound, SessionEnded, LeaseTaken: nothing is changed.
        EngineError: it waits; only the engine can't say where it stands.
        StoreUnavailable: it may be asked for again.
    """
    session = await find_open(context, caller, session_id)
    handoff = Handoff(request.channel, request.team, request.note, by=caller.name, at=datetime.now(UTC))
    if not await context.leases.hand_off(session.id, handoff, caller.correlation_id):
        raise await refusal(context, caller, session_id)
    await tell_others(context, session)
    await tell_queue(context, session.tenant, request.team)
    return await read(context, caller, session_id, 0)


async def claim(context: SessionContext, caller: Caller, session_id: UUID, request: ClaimRequest) -> Session:
    """Take a session: out of a queue, from nobody, or from who works on it.

    Raises:
        SessionNotFound, SessionEnded, LeaseTaken, TakeoverWithoutReason: nothing is changed.
        Forbidden: it waits for a team that is not the caller's.
        EngineError: it is taken; only the engine can't say where it stands.
        StoreUnavailable: it may be asked for again.
    """
    if request.takeover and request.reason is None:
        raise TakeoverWithoutReason("say why")
    session = await find_open(context, caller, session_id)
    if session.handoff is not None and session.handoff.by != caller.name:
        require_team(caller, session.handoff.team)
    reason = request.reason if request.takeover else None
    if not await context.leases.claim(Claim(session.id, caller.name, caller.correlation_id, reason)):
        raise await refusal(context, caller, session_id)
    await tell_others(context, session)
    return await read(context, caller, session_id, 0)


async def waiting(context: SessionContext, caller: Caller, team: str | None) -> list[WaitingSession]:
    """Return the sessions that wait for a team and those that wait for anybody, the longest first.

    Args:
        context: the parts to ask.
        caller: who asks.
        team: None for all of the caller's teams.

    Raises:
        Forbidden: the team is not the caller's.
        StoreUnavailable: the database can't be reached.
    """
    require_team(caller, team)
    teams = [team] if team is not None else None if caller.limits.teams is None else sorted(caller.limits.teams)
    found = await context.leases.waiting(caller.tenant, teams, limit=_LONGEST_QUEUE)
    return within_limits(caller, [WaitingSession(**{**vars(each.handoff), **vars(each)}) for each in found])


def within_limits(caller: Caller, queue: list[WaitingSession]) -> list[WaitingSession]:
    """Return those of the sessions in a queue that exist for the caller."""
    return [each for each in queue if caller.limits.cover(each.script, each.channel, each.team)]


def require_team(caller: Caller, team: str | None) -> None:
    """Let pass who may work for a team.

    Raises:
        Forbidden: the team is not the caller's.
    """
    if team is not None and caller.limits.teams is not None and team not in caller.limits.teams:
        raise Forbidden(f"the team {team} is not one of yours")
