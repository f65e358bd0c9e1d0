"""The request to go back: refused where it is not possible, otherwise written down and carried out."""

import asyncio
from uuid import UUID, uuid4

from player_api.back.errors import BackBlocked, BackNeedsConfirmation
from player_api.back.going import carry_out
from player_api.back.models import BackRequest
from player_api.back.survey import Moved, Survey, survey
from player_api.forms.sentences import Sentences
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.finish import record_end, tell_others
from player_api.sessions.lease import require_lease
from player_api.sessions.models import Session
from player_api.sessions.open import find_open
from player_api.sessions.position import settle
from player_api.sessions.trail import Answered, Trail, read_trail
from player_api.sessions.view import session_view
from runtime import correlation
from store.backs import Back
from store.journal import Event, EventType
from store.sessions import StoredSession

_TRIES = 5


async def go_back(
    context: SessionContext, caller: Caller, session_id: UUID, request: BackRequest, key: str | None, patience: float
) -> Session:
    """Take a session back to a step that was answered, and wait until it is shown.

    Args:
        context: the parts to act with.
        caller: who wants it.
        session_id: which session.
        request: where to.
        key: the request's idempotency key; a repetition finds what an earlier try has begun.
        patience: seconds to wait for the step: what was made after it may have to be undone.

    Raises:
        SessionNotFound, SessionEnded, LeaseTaken, BackBlocked, BackNeedsConfirmation: the session is unchanged.
        EngineUnavailable: the engine can't be reached; where it was begun, the next who looks goes on with it.
        StoreUnavailable: the database can't be reached; the same request may be sent again.
    """
    session = await find_open(context, caller, session_id)
    correlation.bind(caller.correlation_id, session=str(session.id), script=session.script)
    with context.listener.changes(session.id) as changed:
        await require_lease(context, caller, session)
        if key is None or await context.backs.find(session.id, key) is None:
            await _begin(context, session, caller, request, key)
        position, _ = await asyncio.gather(settle(context, session, changed, patience), tell_others(context, session))
    return session_view(await record_end(context, session, position, caller), position, caller.name)


async def _begin(
    context: SessionContext, session: StoredSession, caller: Caller, request: BackRequest, key: str | None
) -> None:
    say = Sentences(session.locale)
    trail = read_trail(await context.journal.trail(session.id, session.created_at))
    if trail.going_back:
        raise BackBlocked(say("back_busy"))
    to = _target(trail, request.to)
    if to is None:
        raise BackBlocked(say("back_unknown" if request.to else "back_nothing"))
    seen = await _survey(context, session, to.step)
    if len(seen.branches) > 1 and not request.confirm:
        raise BackNeedsConfirmation(say("back_branches", branches=", ".join(seen.branches)), seen.branches)
    back = Back(uuid4(), session.id, to.step, key, caller.name, caller.correlation_id, seen.plan.stored())
    event = Event(
        EventType.BACK_BEGUN,
        tenant=session.tenant,
        session=session.id,
        actor=caller.name,
        correlation_id=caller.correlation_id,
        data={"back": str(back.id), "to": to.step, "key": to.key, "undone": len(seen.plan.effects)},
    )
    if not await context.backs.begin(back, event):
        raise BackBlocked(say("back_busy"))
    await carry_out(context, session, back, seen)


def _target(trail: Trail, step: str | None) -> Answered | None:
    if step is not None:
        return next((one for one in trail.answered if one.step == step), None)
    user_tasks = [one for one in trail.answered if one.definition is not None]
    return next(reversed(user_tasks or trail.answered), None)


async def _survey(context: SessionContext, session: StoredSession, step: str) -> Survey:
    for _ in range(_TRIES):
        try:
            return await survey(context, session, step)
        except Moved:
            continue
    raise BackBlocked(Sentences(session.locale)("back_refused"))
