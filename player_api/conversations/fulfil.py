"""What a conversation has resolved to do next is done; after a kill by whoever looks next."""

from dataclasses import replace
from typing import Any

from engine.errors import EngineRejected
from player_api.access.principal import Identity
from player_api.back.errors import BackBlocked, BackNeedsConfirmation
from player_api.back.models import BackRequest
from player_api.back.request import go_back
from player_api.conversations.context import ConversationContext
from player_api.conversations.models import TurnState
from player_api.conversations.sentences import Sentences
from player_api.conversations.standing import Standing
from player_api.conversations.talk import Intent, Talk
from player_api.forms.errors import AnswersInvalid
from player_api.sessions import once
from player_api.sessions.context import Caller
from player_api.sessions.errors import LeaseTaken, RequestInProgress, SessionEnded, StepChanged
from player_api.sessions.interventions import cancel
from player_api.sessions.lease import hand_off
from player_api.sessions.models import HandoffRequest, Session, Step, SubmitRequest
from player_api.sessions.read import read
from player_api.sessions.submit import submit

OPERATORS = "crm"
"""The channel in which a person goes on."""
_PRINCIPAL = Identity("conversations")
"""Whose idempotency keys those of submissions are; no caller has this name."""


async def fulfil(context: ConversationContext, caller: Caller, standing: Standing) -> Standing | None:
    """Do what is stored as the next thing to do.

    Returns:
        None where it is done and the conversation stands elsewhere; the standing where another process is doing it.

    Raises:
        EngineUnavailable, StoreUnavailable: it is done at the next look.
    """
    match standing.talk.intent, standing.session.step:
        case ((Intent.GO_ON | Intent.SUBMIT), Step() as step):
            return await _submitted(context, caller, standing, step)
        case Intent.CANCEL, _:
            await _cancelled(context, caller, standing)
            return None
        case Intent.HANDOFF, _:
            await _handed_off(context, caller, standing)
            return None
        case Intent.BACK, _:
            await _gone_back(context, caller, standing)
            return None
        case _:
            return standing


async def _submitted(context: ConversationContext, caller: Caller, standing: Standing, step: Step) -> Standing | None:
    """Submit the step under a key made of its turn, so that it is submitted once."""
    session = standing.session
    request = SubmitRequest(step=step.id, answers=standing.talk.answers)
    key = f"{session.id}/{standing.turn}"
    try:
        await once.once(
            context.sessions.idempotent,
            _PRINCIPAL,
            key,
            once.Request(session.id, "submit", step.id, answer=Session),
            lambda known: submit(context.sessions, caller, known, request, key, 0),
            lambda known: read(context.sessions, caller, known, 0),
        )
    except RequestInProgress:
        return replace(standing, state=TurnState.WORKING)
    except AnswersInvalid as error:
        await _asked_again(context, caller, standing, step, error)
    except EngineRejected:
        # What follows can't be carried out: the step still waits, and a person finds its answers.
        reason = Sentences(standing.language)("note_failed")
        talk = standing.talk.but(intent=Intent.HANDOFF, reason=reason)
        kept = {"step": step.id, "answers": standing.talk.answers}
        await context.conversations.change(standing.then(caller.name, talk, **kept))
    except (StepChanged, SessionEnded, LeaseTaken):
        pass  # the next look finds where the session stands
    return None


async def _asked_again(
    context: ConversationContext, caller: Caller, standing: Standing, step: Step, error: AnswersInvalid
) -> None:
    """Answers that are wrong together are asked for anew; what no question asks for is left to a person."""
    wrong = {key.partition(".")[0] for key in error.by_field}
    answers = {key: value for key, value in standing.talk.answers.items() if key not in wrong}
    note = " ".join(complaint for complaints in error.by_field.values() for complaint in complaints)
    talk = standing.talk
    again = Talk(step=step.id, note=note, brief=True, misses=talk.misses + 1, key=talk.key)
    if len(answers) == len(standing.talk.answers) or again.misses > context.attempts:
        reason = Sentences(standing.language)("note_form", question=", ".join(error.by_field))
        again = talk.but(intent=Intent.HANDOFF, reason=reason)
    await context.conversations.change(standing.then(caller.name, again, step=step.id, answers=answers))


async def _cancelled(context: ConversationContext, caller: Caller, standing: Standing) -> None:
    try:
        await cancel(context.sessions, caller, standing.session.id, standing.talk.reason or "")
    except SessionEnded:
        return


async def _handed_off(context: ConversationContext, caller: Caller, standing: Standing) -> None:
    session = standing.session
    request = HandoffRequest(channel=OPERATORS, team=session.team, note=standing.talk.reason)
    try:
        await hand_off(context.sessions, caller, session.id, request)
    except (LeaseTaken, SessionEnded):
        return  # a person is there already, or nobody is needed any more


async def _gone_back(context: ConversationContext, caller: Caller, standing: Standing) -> None:
    """Go back to the last step that asked something; where that can't be, say why."""
    session, step = standing.session, standing.session.step
    say = Sentences(standing.language)
    asked = [visited for visited in (step.visited if step else ()) if any(map(_is_given, visited.answers.values()))]
    if not asked:
        await _stay(context, caller, standing, say("no_way_back"))
        return
    request = BackRequest(to=asked[-1].step)
    key = f"{session.id}/{standing.turn}"
    try:
        now = await go_back(context.sessions, caller, session.id, request, key, 0)
    except BackBlocked as error:
        await _stay(context, caller, standing, say("back_blocked", reason=str(error)))
    except BackNeedsConfirmation:
        await _stay(context, caller, standing, say("no_way_back"))
    except (StepChanged, SessionEnded, LeaseTaken):
        return  # the next look finds where the session stands
    else:
        if step is not None and now.step is not None and now.step.id == step.id:
            await _stay(context, caller, standing, say("no_way_back"))


def _is_given(answer: Any) -> bool:
    return answer not in (None, "", [], False)


async def _stay(context: ConversationContext, caller: Caller, standing: Standing, note: str) -> None:
    talk = standing.talk.but(intent=None, note=note, brief=True)
    await context.conversations.change(standing.then(caller.name, talk))
