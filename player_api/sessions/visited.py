"""What was answered in a session, whether it may be gone back to, and how far the session has come."""

from collections.abc import AsyncIterator, Sequence

from engine import EngineRejected
from player_api.forms.sentences import Sentences
from player_api.sessions.context import SessionContext
from player_api.sessions.models import Action, BackPossible, Input, Progress, Step, Visited
from player_api.sessions.open_steps import OpenStep
from player_api.sessions.start_form import start_step_id
from player_api.sessions.trail import Answered, Trail
from store.sessions import StoredSession


async def with_way(
    context: SessionContext, session: StoredSession, steps: Sequence[OpenStep], trail: Trail
) -> tuple[tuple[Step, ...], Progress | None]:
    """Return steps as they are shown, with the way that has led to them, and how far the session has come.

    Args:
        context: the parts to ask; diagrams that are known already cost nothing.
        session: whose steps.
        steps: those that wait now, at least one.
        trail: how the session has come to them.

    Raises:
        EngineError: a diagram can't be had.
    """
    visited = [one async for one in _visited(context, session, steps, trail)]
    can_go_back = any(one.back.allowed for one in visited)
    shown = [
        step.shown.model_copy(
            update={
                "visited": visited,
                "actions": _with_back(step.shown.actions) if can_go_back else step.shown.actions,
                "input": await _proposal(context, session, step, trail),
            }
        )
        for step in steps
    ]
    current = steps[0]
    root = session.definition_id
    ahead = await context.ahead.count(root, current.definition or root, current.shown.key)
    return tuple(shown), None if ahead is None else Progress(visited=len(visited), ahead=ahead)


def _with_back(actions: list[Action]) -> list[Action]:
    place = 1 if Action.NEXT in actions else 0
    return [*actions[:place], Action.BACK, *actions[place:]]


async def _proposal(context: SessionContext, session: StoredSession, step: OpenStep, trail: Trail) -> Input | None:
    """What was answered here before a Back, as far as it is still a valid answer."""
    before = trail.proposals.get(step.shown.key)
    if before is None:
        return None
    sentences = Sentences(session.locale)
    answers = await context.answers.valid_so_far(step.form, before.answers, step.variables, sentences)
    return Input(answers=answers, saved_by=before.by or "", saved_at=before.at)


async def _visited(
    context: SessionContext, session: StoredSession, steps: Sequence[OpenStep], trail: Trail
) -> AsyncIterator[Visited]:
    waiting = {step.shown.id for step in steps}
    everywhere = await _repeated_now(context, session, steps)
    for one in trail.answered:
        if one.step in waiting:
            continue
        reason = everywhere or await why_not_back(context, session, trail, one)
        yield Visited(
            step=one.step,
            key=one.key,
            name=one.name,
            name_en=await _english(context, one),
            answers=dict(one.answers),
            told=list(one.told),
            at=one.at,
            by=one.by,
            channel=one.channel or session.channel,
            back=BackPossible(allowed=reason is None, reason=reason),
        )


async def _english(context: SessionContext, one: Answered) -> str | None:
    """An English name; of a function that was answered by hand there is none."""
    return (await context.forms.english(one.definition, one.key)).name if one.definition else None


async def _repeated_now(context: SessionContext, session: StoredSession, steps: Sequence[OpenStep]) -> str | None:
    for step in steps:
        if step.definition and await _is_repeated(context, step.definition, step.shown.key):
            return Sentences(session.locale)("back_from_repeated")
    return None


async def why_not_back(context: SessionContext, session: StoredSession, trail: Trail, to: Answered) -> str | None:
    """Return the sentence that says why an answered step can't be gone back to, None where it can.

    Raises:
        EngineError: a diagram can't be had.
    """
    say = Sentences(session.locale)
    if to.definition is None:
        return say("back_start" if to.step == start_step_id(session) else "back_manual")
    if await _is_repeated(context, to.definition, to.key):
        return say("back_to_repeated")
    made = trail.irreversible_since(to.at)
    if made is None:
        return None
    return say("back_irreversible", function=await _name_of(context, session, trail, made.activity) or made.function)


async def _is_repeated(context: SessionContext, definition: str, element: str) -> bool:
    try:
        return (await context.diagrams.of(definition)).is_repeated(element)
    except EngineRejected:
        return False


async def _name_of(context: SessionContext, session: StoredSession, trail: Trail, element: str) -> str | None:
    """What a diagram that the session has gone through calls an element."""
    for definition in {session.definition_id, *(one.definition for one in trail.answered if one.definition)}:
        try:
            diagram = await context.diagrams.of(definition)
        except EngineRejected:
            continue
        if element in diagram.elements:
            return diagram.elements[element].name
    return None
