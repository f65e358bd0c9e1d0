"""What a reply changes in a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from player_api.conversations.errors import ChoiceUnknown
from player_api.conversations.meanings import Candidate, Candidates, meanings, meanings_of_found, meanings_of_keys
from player_api.conversations.models import TurnRequest
from player_api.conversations.questions import Kind, Question, as_sentence
from player_api.conversations.scene import Scene
from player_api.conversations.talk import Intent, Meaning, Phase, Talk
from player_api.conversations.understanding.commands import Command, command, command_of_keys
from player_api.conversations.understanding.options import literally
from player_api.conversations.understanding.phrases import phrases
from player_api.conversations.understanding.words import plain_words

_HINTS = {
    Kind.TEXT: "say_text",
    Kind.CHOICE: "say_option",
    Kind.CHOICES: "say_options",
    Kind.YES_NO: "say_yes_no",
    Kind.NUMBER: "say_number",
    Kind.DIGITS: "say_digits",
    Kind.DATE: "say_date",
    Kind.MOMENT: "say_date",
    Kind.TIME: "say_time",
    Kind.SUM: "say_money",
    Kind.PHONE: "say_phone",
    Kind.SEARCH: "say_search",
}
_LONGEST_SEARCH = 200
"""Characters."""


@dataclass(frozen=True)
class Decision:
    """What is to be stored.

    Attributes:
        talk: in place of what was stored.
        answers: in place of those that were; None where they stay.
        outcome: one word for the journal.
    """

    talk: Talk
    outcome: str
    answers: Mapping[str, Any] | None = None


async def decide(scene: Scene, reply: TurnRequest) -> Decision:
    """Return what a reply changes.

    Raises:
        ChoiceUnknown: it chooses what is not offered.
    """
    asked = scene.asked
    if asked is None:
        return Decision(scene.talk, "ignored")
    if reply.silence:
        return _missed(scene, asked, "no_input")
    if reply.choice is not None:
        return await _answered(scene, asked, (_chosen(asked, reply.choice),))
    known = _command(scene, asked, reply)
    if known is not None:
        return await _carry_out(scene, asked, known)
    if asked.kind is Kind.SEARCH and reply.text is not None:
        return await _searched(scene, asked, reply.text)
    found = (
        meanings_of_keys(asked, reply.dtmf, scene.place)
        if reply.dtmf is not None
        else meanings(asked, reply.text or "", scene.place)
    )
    return await _answered(scene, asked, found) if found else _missed(scene, asked, "no_match")


async def _searched(scene: Scene, asked: Question, text: str) -> Decision:
    found = await scene.search(asked.key, text.strip()[:_LONGEST_SEARCH]) if text.strip() else ()
    if found is None:
        return Decision(_fresh(scene.talk, intent=Intent.HANDOFF, reason=scene.say("note_failed")), "failed")
    if not found:
        return _missed(scene, asked, "no_match")
    return await _answered(scene, asked, meanings_of_found(found, text, scene.place))


def _chosen(asked: Question, choice: Any) -> Candidate:
    if asked.kind is Kind.YES_NO and isinstance(choice, bool):
        return Candidate((choice,), "")
    offered = [option.value for option in asked.options]
    if asked.kind is Kind.CHOICES:
        listed = choice if isinstance(choice, list) else [choice]
        if listed and all(_is_offered(one, offered) for one in listed):
            return Candidate((listed,), "")
    elif asked.kind is Kind.SEARCH or (asked.kind is Kind.CHOICE and _is_offered(choice, offered)):
        return Candidate((choice,), "")
    raise ChoiceUnknown


def _is_offered(value: Any, offered: list[Any]) -> bool:
    return any(one == value and type(one) is type(value) for one in offered)


def _command(scene: Scene, asked: Question, reply: TurnRequest) -> Command | None:
    """Return the command that a reply is, unless it is an answer word for word."""
    language = scene.place.language
    if reply.dtmf is not None:
        known = command_of_keys(reply.dtmf)
        if known is None and reply.dtmf == "0" and asked.kind in {Kind.CHOICE, Kind.CHOICES, Kind.YES_NO}:
            return Command.OPERATOR
        return known
    text = reply.text or ""
    if literally(text, asked.options, language):
        return None
    known = command(text, language)
    can_skip = asked.present is not None or not asked.required
    if known is Command.SKIP and (not can_skip or _is_clear(scene, asked, text)):
        return None
    if known is None and asked.kind is Kind.TEXT and can_skip and tuple(plain_words(text)) in phrases("no", language):
        return Command.SKIP
    return known


def _is_clear(scene: Scene, asked: Question, text: str) -> bool:
    return asked.kind is not Kind.TEXT and len(meanings(asked, text, scene.place)) == 1


async def _answered(scene: Scene, asked: Question, found: Candidates) -> Decision:
    talk = scene.talk
    match talk.phase:
        case Phase.CHOOSING if scene.current is not None:
            return await _taken(scene, scene.current, (Candidate((talk.meanings[found[0].value].value,), ""),))
        case Phase.CONFIRMING:
            return _confirmed(scene, found[0].value)
        case Phase.CORRECTING:
            return _asked_anew(scene, scene.answered[found[0].value])
        case Phase.CANCELLING:
            if found[0].value is True:
                return Decision(_fresh(talk, intent=Intent.CANCEL, reason=scene.say("reason_asked")), "cancelled")
            return Decision(_fresh(talk, note=scene.say("go_on"), brief=True), "answered")
        case _:
            return await _taken(scene, asked, found)


async def _taken(scene: Scene, question: Question, found: Candidates) -> Decision:
    """Take the answer that is valid; ask which where several are, and again where none is."""
    complaints: list[str] = []
    valid: list[Meaning] = []
    for candidate in found:
        for value in candidate.values:
            said = (await scene.complaints(scene.with_answer(question, value))).get(question.key)
            if not said:
                valid.append(Meaning(value=value, label=candidate.label))
                break
            complaints = complaints or list(said)
    if not valid:
        if question.kind is Kind.YES_NO:
            complaints = [scene.say("consent_needed")]
        return _missed(scene, question, "not_valid", " ".join(complaints))
    if len(valid) > 1:
        return Decision(_fresh(scene.talk, phase=Phase.CHOOSING, meanings=tuple(valid)), "ambiguous")
    skipped = tuple(key for key in scene.talk.skipped if key != question.key)
    talk = Talk(step=scene.talk.step, skipped=skipped, proposed=scene.talk.proposed)
    return Decision(talk, "answered", scene.with_answer(question, valid[0].value))


def _confirmed(scene: Scene, is_right: Any) -> Decision:
    if is_right is True:
        return Decision(_fresh(scene.talk, intent=Intent.SUBMIT, answers=dict(scene.answers)), "confirmed")
    if len(scene.answered) == 1:
        return _asked_anew(scene, scene.answered[0])
    return Decision(_fresh(scene.talk, phase=Phase.CORRECTING), "not_confirmed")


def _asked_anew(scene: Scene, question: Question) -> Decision:
    skipped = tuple(key for key in scene.talk.skipped if key != question.key)
    talk = _fresh(scene.talk, skipped=skipped, brief=True)
    return Decision(talk, "back", scene.with_answer(question, None))


def _missed(scene: Scene, asked: Question, outcome: str, complaint: str = "") -> Decision:
    talk = scene.talk
    misses = talk.misses + 1
    if talk.phase is Phase.CANCELLING and misses > 1:
        return Decision(_fresh(talk, note=scene.say("go_on"), brief=True), outcome)
    if misses >= scene.attempts_allowed:
        question = (scene.current or asked).brief
        reason = scene.say("note_no_match", question=question)
        return Decision(_fresh(talk, misses=misses, intent=Intent.HANDOFF, reason=reason), outcome)
    hint = scene.say(_HINTS[asked.kind]) if asked.kind else ""
    more = complaint or (as_sentence(asked.help) if misses > 1 and asked.help else hint)
    return Decision(
        talk.but(note=f"{scene.say(outcome, talk.misses)} {more}".strip(), brief=True, misses=misses), outcome
    )


async def _carry_out(scene: Scene, asked: Question, known: Command) -> Decision:
    talk = scene.talk
    match known:
        case Command.REPEAT:
            return Decision(talk.but(note=None, brief=False), "repeat")
        case Command.MENU:
            hint = scene.say(_HINTS[asked.kind]) if asked.kind else ""
            return Decision(talk.but(note=f"{hint} {scene.say('commands')}", brief=True), "menu")
        case Command.OPERATOR:
            return Decision(_fresh(talk, intent=Intent.HANDOFF, reason=scene.say("note_asked")), "operator")
        case Command.CANCEL:
            return Decision(_fresh(talk, phase=Phase.CANCELLING), "cancel")
        case Command.BACK:
            return _back(scene)
        case Command.SKIP:
            return await _left_out(scene, asked)


def _back(scene: Scene) -> Decision:
    if scene.talk.phase in {Phase.CHOOSING, Phase.CORRECTING, Phase.CANCELLING}:
        return Decision(_fresh(scene.talk, brief=True), "back")
    if scene.answered:
        return _asked_anew(scene, scene.answered[-1])
    return Decision(_fresh(scene.talk, intent=Intent.BACK), "back")


async def _left_out(scene: Scene, asked: Question) -> Decision:
    if asked.present is not None:
        return await _taken(scene, asked, (Candidate((asked.present,), ""),))
    if asked.required:
        return _missed(scene, asked, "not_valid", scene.say("needed"))
    skipped = (*scene.talk.skipped, asked.key)
    return Decision(Talk(step=scene.talk.step, skipped=skipped, proposed=scene.talk.proposed), "skipped")


def _fresh(talk: Talk, **changes: Any) -> Talk:
    """The same step's talk with everything about one question put back."""
    kept = {"step": talk.step, "said": talk.said, "skipped": talk.skipped, "proposed": talk.proposed}
    return Talk(**{**kept, **changes})
