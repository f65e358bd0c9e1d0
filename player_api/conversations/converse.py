"""Conversations carried on: each is a view of a session, driven by the same acts as an operator's."""

import time
from dataclasses import replace
from enum import Enum
from typing import Any
from uuid import UUID

from player_api.conversations.context import ConversationContext
from player_api.conversations.decide import Decision, decide
from player_api.conversations.errors import TurnChanged
from player_api.conversations.fulfil import fulfil
from player_api.conversations.models import Turn, TurnRequest, TurnState
from player_api.conversations.sentences import Sentences
from player_api.conversations.standing import Standing, given, scene_of, state_of
from player_api.conversations.talk import Intent, Phase, Talk
from player_api.conversations.understanding.commands import Command, command, command_of_keys
from player_api.sessions.context import Caller
from player_api.sessions.errors import SessionEnded
from player_api.sessions.inputs import with_inputs
from player_api.sessions.models import Step
from player_api.sessions.read import read
from store.journal import Event, EventType

_MOST_MOVES = 100
"""Things done in one request without a question; a script that goes in circles is left to the next request."""
_FINAL = frozenset({TurnState.ENDED, TurnState.CANCELLED, TurnState.ABANDONED})


async def look(context: ConversationContext, caller: Caller, session_id: UUID, patience: float) -> Standing:
    """Return where a conversation stands, after everything was done that needs no answer.

    Args:
        context: the parts to act with.
        caller: who speaks with the customer.
        session_id: which session is spoken about.
        patience: seconds to wait for functions at most.

    Raises:
        SessionNotFound: the caller's tenant has no such session.
        EngineUnavailable, StoreUnavailable: nothing is lost; ask again.
        FormUnsupported: the step has a form that can't be shown.
    """
    deadline = time.monotonic() + patience
    moves = 0
    while True:
        view = await read(context.sessions, caller, session_id, max(0.0, deadline - time.monotonic()))
        session = await with_inputs(context.sessions, view)
        stored = await context.conversations.find(session_id)
        standing = Standing(session, stored.turn, Talk.model_validate(stored.talk), state_of(session))
        settled = await _moved(context, caller, standing)
        if settled is not None:
            return settled
        moves += 1
        if moves >= _MOST_MOVES:
            return replace(standing, state=TurnState.WORKING)


class _Plan(Enum):
    """What a look has to do where nothing is to be stored first."""

    REST = "rest"
    FULFIL = "fulfil"
    ASK = "ask"


async def _moved(context: ConversationContext, caller: Caller, standing: Standing) -> Standing | None:
    """Do the next thing that needs no answer; return the standing where there is none, None where it has changed."""
    plan = _plan(standing)
    if plan is _Plan.ASK:
        standing, plan = await _asked(context, caller, standing)
    if plan is _Plan.FULFIL:
        return await fulfil(context, caller, standing)
    if isinstance(plan, Talk):
        # Where somebody else was faster, theirs is found at the next look.
        author = None if standing.state is TurnState.HANDED_OFF else caller.name
        step = standing.session.step
        # What was answered before going back is proposed again, not taken for answers.
        is_back = step is not None and plan.step == step.id and bool(plan.proposed) and standing.talk.step != plan.step
        answers: dict[str, Any] | None = {} if is_back else None
        await context.conversations.change(standing.then(author, plan, step=plan.step, answers=answers))
        return None
    return standing


def _plan(standing: Standing) -> Talk | _Plan:
    """Return what to store, or what to do."""
    talk, step, state = standing.talk, standing.session.step, standing.state
    if state in _FINAL:
        return _Plan.REST
    if state is TurnState.HANDED_OFF:
        return talk.but(intent=None, misses=0, note=None) if talk.intent is Intent.HANDOFF else _Plan.REST
    if talk.intent in {Intent.HANDOFF, Intent.CANCEL}:
        return _Plan.FULFIL
    if state is TurnState.FAILED:
        return talk.but(intent=Intent.HANDOFF, reason=Sentences(standing.language)("note_failed"))
    return _plan_of_step(talk, step) if step is not None and state is TurnState.ACTIVE else _Plan.REST


def _plan_of_step(talk: Talk, step: Step) -> Talk | _Plan:
    if talk.step != step.id and talk.intent is Intent.BACK:
        return Talk(step=step.id, proposed=given(step), key=talk.key)
    if talk.step != step.id:
        return Talk(step=step.id, said=talk.said if talk.intent is Intent.GO_ON else (), key=talk.key)
    return _Plan.ASK if talk.intent is None else _Plan.FULFIL


async def _asked(context: ConversationContext, caller: Caller, standing: Standing) -> tuple[Standing, Talk | _Plan]:
    """Return the standing with what its step asks, and what to store where that is nothing."""
    talk, step = standing.talk, standing.session.step
    assert step is not None, "only a step asks"  # noqa: S101
    scene = await scene_of(context, caller, standing.session, step, talk)
    asking = replace(standing, scene=scene)
    current = scene.current
    if current is not None and current.kind is None:
        reason = scene.say("note_form", question=current.label)
        return asking, talk.but(intent=Intent.HANDOFF, reason=reason)
    if scene.asked is not None:
        return asking, _Plan.REST
    if not scene.questions.asked:
        return asking, talk.but(intent=Intent.GO_ON, said=(*talk.said, *scene.questions.closing))
    if scene.questions.confirm is not None:
        return asking, talk.but(phase=Phase.CONFIRMING)
    return asking, talk.but(intent=Intent.SUBMIT, answers=dict(scene.answers))


async def take_turn(
    context: ConversationContext, caller: Caller, session_id: UUID, reply: TurnRequest, key: str | None, patience: float
) -> Turn:
    """Take what the customer has said, and return what is said next.

    Args:
        context: the parts to act with.
        caller: who speaks with the customer.
        session_id: which session is spoken about.
        reply: what the customer has said.
        key: the request's idempotency key; a turn that was taken under it is not taken again.
        patience: seconds to wait for functions at most.

    Raises:
        SessionNotFound, SessionEnded, TurnChanged, ChoiceUnknown: nothing is changed.
        EngineUnavailable, StoreUnavailable: what was stored is gone on with at the next look.
    """
    standing = await look(context, caller, session_id, 0)
    own_key = f"{caller.name} {key}" if key else None
    if own_key is not None and standing.talk.key == own_key:
        return (await look(context, caller, session_id, patience)).shown()
    if standing.state in _FINAL:
        raise SessionEnded(f"the session is {standing.state}")
    if reply.turn not in {None, str(standing.turn)}:
        raise TurnChanged(standing.shown())
    decision = await _decision(standing, reply)
    if decision is not None:
        talk = decision.talk.but(key=own_key)
        if not await _store(context, caller, standing, replace(decision, talk=talk)):
            raise TurnChanged((await look(context, caller, session_id, 0)).shown())
    return (await look(context, caller, session_id, patience)).shown()


async def _decision(standing: Standing, reply: TurnRequest) -> Decision | None:
    if standing.scene is not None and standing.state is TurnState.ACTIVE:
        return await decide(standing.scene, reply)
    if standing.state is TurnState.WORKING and standing.session.step is None and _asks_for_operator(standing, reply):
        reason = Sentences(standing.language)("note_asked")
        return Decision(standing.talk.but(intent=Intent.HANDOFF, reason=reason), Command.OPERATOR)
    return None


def _asks_for_operator(standing: Standing, reply: TurnRequest) -> bool:
    if reply.dtmf is not None:
        return reply.dtmf == "0" or command_of_keys(reply.dtmf) is Command.OPERATOR
    return command(reply.text or "", standing.language) is Command.OPERATOR


async def _store(context: ConversationContext, caller: Caller, standing: Standing, decision: Decision) -> bool:
    session, step = standing.session, standing.session.step
    asked = standing.scene.current if standing.scene else None
    said: dict[str, Any] = {"step": step.key if step else None, "field": asked.key if asked else None}
    event = Event(
        EventType.TURN_TAKEN,
        tenant=session.tenant,
        session=session.id,
        actor=caller.name,
        correlation_id=caller.correlation_id,
        data={**said, "outcome": decision.outcome, "misses": decision.talk.misses},
    )
    answers = dict(decision.answers) if decision.answers is not None else None
    change = standing.then(caller.name, decision.talk, step=step.id if step else None, answers=answers, event=event)
    return await context.conversations.change(change)
