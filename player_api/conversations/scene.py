"""What is on in a conversation: the step's questions, the answers so far, and what is asked now."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from player_api.conversations.meanings import Place
from player_api.conversations.questions import Kind, Question, Questions
from player_api.conversations.sentences import Sentences
from player_api.conversations.talk import Phase, Talk
from player_api.conversations.understanding.options import Option
from player_api.forms.places import clear, put, value_at

Complaints = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, list[str]]]]
"""Says what is wrong, by field, with answers to the step."""
Search = Callable[[str, str], Awaitable[Sequence[Option] | None]]
"""Finds the choices of a field by its key and what was said; None where the function has failed."""


@dataclass(frozen=True)
class Scene:
    """Everything that a reply is understood by.

    Attributes:
        talk: what is stored.
        questions: those of the step.
        answers: given so far, by field key.
        place: where and when it is.
        attempts: how often a question is asked where its form doesn't say.
        complaints: checks answers.
        search: finds choices.
    """

    talk: Talk
    questions: Questions
    answers: Mapping[str, Any]
    place: Place
    attempts: int
    complaints: Complaints
    search: Search

    @cached_property
    def say(self) -> Sentences:
        """Sentences in the language of the place."""
        return Sentences(self.place.language)

    @cached_property
    def current(self) -> Question | None:
        """The first question without an answer; None where all have one."""
        return next((question for question in self.questions.asked if not self.has_answer(question)), None)

    def has_answer(self, question: Question) -> bool:
        """Say whether a question was answered or left out."""
        return self.answer_to(question) is not None or question.key in self.talk.skipped

    def answer_to(self, question: Question) -> Any:
        """Return the answer to a question, None where there is none."""
        value = value_at(self.answers, question.place)
        return None if value in ("", []) else value

    def with_answer(self, question: Question, value: Any) -> dict[str, Any]:
        """Return the answers with another one to this question; None takes it away."""
        answers = deepcopy(dict(self.answers))
        if value is None:
            clear(answers, question.place)
        else:
            put(answers, question.place, value)
        return answers

    @cached_property
    def answered(self) -> list[Question]:
        """The questions that have an answer, up to the first that has none."""
        count = self.questions.asked.index(self.current) if self.current else len(self.questions.asked)
        return list(self.questions.asked[:count])

    @cached_property
    def asked(self) -> Question | None:
        """What is asked now: a question of the form or one about it; None where there is nothing to ask."""
        match self.talk.phase:
            case Phase.CHOOSING:
                options = (Option(at, meaning.label) for at, meaning in enumerate(self.talk.meanings))
                return _aside(Kind.CHOICE, self.say("which"), tuple(options))
            case Phase.CONFIRMING:
                return _aside(Kind.YES_NO, self.questions.confirm or self.say("confirm"))
            case Phase.CORRECTING:
                options = (Option(at, question.label) for at, question in enumerate(self.answered))
                return _aside(Kind.CHOICE, self.say("what_to_change"), tuple(options))
            case Phase.CANCELLING:
                return _aside(Kind.YES_NO, self.say("cancel"))
            case _:
                return self.current

    @property
    def attempts_allowed(self) -> int:
        """How often the present question is asked before a person takes over."""
        return (self.current.attempts if self.current else None) or self.attempts


def _aside(kind: Kind, asks: str, options: tuple[Option, ...] = ()) -> Question:
    """A question that no form has."""
    return Question(
        place=(),
        kind=kind,
        component={"type": "radio", "key": ""},
        said=(),
        asks=asks,
        help=None,
        options=options,
        present=None,
        required=True,
        attempts=None,
        is_secret=False,
    )
