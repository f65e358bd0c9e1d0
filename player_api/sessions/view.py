"""A stored session and its position become what the API shows."""

import hashlib
from datetime import UTC, datetime

from player_api.sessions.models import Action, Handoff, Holder, Result, Session, ShownState
from player_api.sessions.position import Position
from store.sessions import StoredSession


def session_view(session: StoredSession, position: Position, viewer: str) -> Session:
    """Build the answer about a session for who is called ``viewer``."""
    return Session(
        id=session.id,
        script=session.script,
        release=session.release,
        channel=session.channel,
        tenant=session.tenant,
        team=session.team,
        locale=session.locale,
        customer=session.customer,
        external_id=session.external_id,
        state=_state(session, position),
        step=position.steps[0] if position.steps else None,
        steps=list(position.steps),
        waiting=list(position.waiting),
        progress=position.progress,
        actions=_actions(session, position),
        holder=_holder(session, viewer),
        handoff=Handoff(**vars(session.handoff)) if session.handoff else None,
        idle_until=session.idle_until,
        result=Result(**session.result) if session.result else None,
        created=session.created_at,
        ended=session.ended_at,
    )


def version_of(session: Session) -> str:
    """Return a tag that changes whenever a channel would have something else to show (RFC 9110, section 8.8.3)."""
    waiting = [(function.function, function.error) for function in session.waiting]
    steps = [step.id for step in session.steps]
    work = session.holder and session.holder.name, session.handoff, session.idle_until, session.channel
    place = repr((session.id, session.state, steps, waiting, work))
    return f'"{hashlib.sha256(place.encode()).hexdigest()[:16]}"'


def seen_by(viewer: str, session: Session) -> Session:
    """Return what ``viewer`` sees of a session that was built for somebody else."""
    if session.holder is None:
        return session
    holder = session.holder.model_copy(update={"mine": session.holder.name == viewer})
    return session.model_copy(update={"holder": holder})


def _holder(session: StoredSession, viewer: str) -> Holder | None:
    name = session.held_by(datetime.now(UTC))
    if name is None or session.held_until is None:
        return None
    return Holder(name=name, until=session.held_until, mine=name == viewer)


def _state(session: StoredSession, position: Position) -> ShownState:
    if session.state.is_final:
        return ShownState(session.state)
    if position.steps:
        return ShownState.ACTIVE
    return ShownState.FAILED if position.has_failed else ShownState.WORKING


def _actions(session: StoredSession, position: Position) -> list[Action]:
    if session.state.is_final:
        return []
    has_failed = any(function.error is not None for function in position.waiting)
    can_go_back = any(Action.BACK in step.actions for step in position.steps)
    possible = {
        Action.NEXT: bool(position.steps),
        Action.BACK: can_go_back,
        Action.RETRY: has_failed,
        Action.MANUAL: not position.steps and any(function.manual for function in position.waiting),
        Action.CANCEL: True,
        Action.HANDOFF: session.handoff is None,
    }
    return [action for action, is_possible in possible.items() if is_possible]
