"""What is said at a turn."""

from collections.abc import Sequence

from player_api.conversations.models import Expects, Prompt, TurnOption
from player_api.conversations.questions import Kind, Question, as_sentence
from player_api.conversations.scene import Scene
from player_api.conversations.speaking.speech import ssml
from player_api.conversations.talk import Phase
from player_api.conversations.understanding.options import Option
from player_api.conversations.understanding.words import Language

_MOST_READ = 9
"""Options that a voice reads; who hears more has forgotten the first."""
_EXPECTS = {
    Kind.TEXT: Expects.TEXT,
    Kind.CHOICE: Expects.CHOICE,
    Kind.CHOICES: Expects.CHOICE,
    Kind.YES_NO: Expects.YES_NO,
    Kind.NUMBER: Expects.NUMBER,
    Kind.DIGITS: Expects.NUMBER,
    Kind.DATE: Expects.DATE,
    Kind.TIME: Expects.DATE,
    Kind.MOMENT: Expects.DATE,
    Kind.SUM: Expects.MONEY,
    Kind.PHONE: Expects.PHONE,
    Kind.SEARCH: Expects.TEXT,
}


def prompt_of(paragraphs: Sequence[str], language: Language, options: Sequence[Option] = ()) -> Prompt:
    """Return what is said: paragraphs, then options by number."""
    listed = [f"{number} — {option.label}" for number, option in enumerate(options, 1)]
    return Prompt(
        text="\n".join([*paragraphs, *listed]),
        speech=ssml([*paragraphs, *listed[:_MOST_READ]], language),
    )


def question_prompt(scene: Scene, asked: Question) -> Prompt:
    """Return what is said where a question is asked."""
    talk = scene.talk
    said = [] if talk.brief else list(talk.said)
    said += [talk.note] if talk.note else []
    if talk.phase is Phase.CONFIRMING:
        said += [
            as_sentence(f"{question.label}: {question.read_back(scene.answer_to(question), scene.place.language)}")
            for question in scene.answered
            if scene.answer_to(question) is not None
        ]
    if talk.brief:
        said.append(asked.brief)
    else:
        said += [*asked.said, *([asked.asks] if asked.asks else [])]
    if asked.present is not None:
        present = asked.read_back(asked.present, scene.place.language)
        said.append(scene.say("now", value=as_sentence(present)))
    elif not asked.required:
        said.append(scene.say("may_skip"))
    return prompt_of(said, scene.place.language, asked.options)


def expected(asked: Question | None) -> Expects:
    """Return what kind of answer a question waits for."""
    return _EXPECTS[asked.kind] if asked is not None and asked.kind is not None else Expects.NOTHING


def offered(asked: Question | None, scene: Scene) -> list[TurnOption]:
    """Return the options of a question with their numbers; yes and no are two."""
    if asked is None:
        return []
    options: Sequence[Option] = asked.options
    if asked.kind is Kind.YES_NO:
        options = (Option(value=True, label=scene.say("yes")), Option(value=False, label=scene.say("no")))
    return [
        TurnOption(number=number, value=option.value, label=option.label, synonyms=list(option.synonyms))
        for number, option in enumerate(options, 1)
    ]
