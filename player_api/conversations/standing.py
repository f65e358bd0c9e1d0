"""Where a conversation stands: its session, what is stored of it, and what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from player_api.conversations.context import ConversationContext
from player_api.conversations.meanings import Place
from player_api.conversations.models import Expects, Prompt, Turn, TurnState
from player_api.conversations.prompts import expected, offered, prompt_of, question_prompt
from player_api.conversations.questions import questions
from player_api.conversations.scene import Complaints, Scene, Search
from player_api.conversations.sentences import Sentences
from player_api.conversations.talk import Talk
from player_api.conversations.understanding.options import Option
from player_api.conversations.understanding.words import Language
from player_api.forms.errors import AnswersInvalid
from player_api.forms.language import in_language
from player_api.forms.parsing import parse_form
from player_api.forms.sentences import Sentences as Complaining
from player_api.sessions.context import Caller
from player_api.sessions.errors import OptionsFailed, OptionsUnknown
from player_api.sessions.models import Action, Session, ShownState, Step
from player_api.sessions.options import search_options
from player_api.workers_link import WorkersUnavailable
from store.conversations import Change

_FINAL = frozenset({ShownState.ENDED, ShownState.CANCELLED, ShownState.ABANDONED})
_PATIENCE_OF_A_CALLER = 10.0
"""Seconds after which waiting is spoken of in other words."""


@dataclass(frozen=True)
class Standing:
    """A conversation as it is at this moment.

    Attributes:
        session: as its own endpoints show it.
        turn: number of the stored turn.
        talk: what is stored.
        state: where the conversation is.
        scene: what is asked; None where nothing is.
    """

    session: Session
    turn: int
    talk: Talk
    state: TurnState
    scene: Scene | None = None

    @property
    def language(self) -> Language:
        """What is spoken."""
        return language_of(self.session)

    def then(self, author: str | None, talk: Talk, **more: Any) -> Change:
        """Return the change that puts ``talk`` in place of what is stored.

        Args:
            author: who speaks with the customer; None where only what was done is noted.
            talk: what is to be stored.
            more: answers with their step, and the event.
        """
        return Change(self.session.id, self.turn, talk.model_dump(mode="json"), author, **more)

    def shown(self) -> Turn:
        """Return the turn as the API shows it."""
        asked = self.scene.asked if self.scene and self.state is TurnState.ACTIVE else None
        question = self.scene.current if self.scene and asked else None
        return Turn(
            id=str(self.turn),
            session=self.session.id,
            state=self.state,
            step=self.session.step.key if self.session.step else None,
            field=question.key if question else None,
            prompt=self._prompt(),
            expects=expected(asked) if asked else Expects.NOTHING,
            several=bool(asked and asked.kind and asked.kind.value == "choices"),
            options=offered(asked, self.scene) if asked and self.scene else [],
            attempts_left=self.scene.attempts_allowed - self.talk.misses if asked and self.scene else None,
            result=self.session.result,
        )

    def _prompt(self) -> Prompt:
        if self.scene is not None and self.scene.asked is not None and self.state is TurnState.ACTIVE:
            return question_prompt(self.scene, self.scene.asked)
        say = Sentences(self.language)
        if self.state in {TurnState.ENDED, TurnState.HANDED_OFF}:
            own = () if self.talk.said and self.state is TurnState.ENDED else (say(self.state),)
            return prompt_of([*self.talk.said, *own], self.language)
        if self.state in {TurnState.CANCELLED, TurnState.ABANDONED}:
            return prompt_of([say("cancelled")], self.language)
        return prompt_of([say("working", self._waited())], self.language)

    def _waited(self) -> int:
        """How often the patience of who waits has been used up."""
        begun = min((task.since for task in self.session.waiting if task.since), default=None)
        return 0 if begun is None else int((datetime.now(UTC) - begun).total_seconds() // _PATIENCE_OF_A_CALLER)


def language_of(session: Session) -> Language:
    """Return the language of a session: English where its locale begins with ``en``, or else Russian."""
    return "en" if (session.locale or "").lower().startswith("en") else "ru"


def place_of(session: Session, now: datetime) -> Place:
    """Return where and when a session's customer speaks."""
    return Place(language_of(session), now, month_first=(session.locale or "").lower() == "en-us")


async def scene_of(context: ConversationContext, caller: Caller, session: Session, step: Step, talk: Talk) -> Scene:
    """Return what is asked at a step.

    Raises:
        FormUnsupported: the step's form can't be shown.
    """
    language = language_of(session)
    schema = in_language(step.form, language)
    answers = given(step)
    return Scene(
        talk=talk,
        questions=await questions(schema, {**step.data, **talk.proposed, **answers}, language, context.sessions.texts),
        answers=answers,
        place=place_of(session, context.clock()),
        attempts=context.attempts,
        complaints=_checking(context, schema, step.data, session.locale),
        search=_searching(context, caller, session, step),
    )


def given(step: Step) -> dict[str, Any]:
    """Return what was answered so far at a step, by whomever."""
    return {
        key: value for key, value in (step.input.answers if step.input else {}).items() if value not in (None, "", [])
    }


def _searching(context: ConversationContext, caller: Caller, session: Session, step: Step) -> Search:
    async def search(field: str, text: str) -> list[Option] | None:
        try:
            found = await search_options(context.sessions, caller, session.id, field, text, step.id)
        except (OptionsFailed, OptionsUnknown, WorkersUnavailable):
            return None
        return [Option(option.value, option.label) for option in found]

    return search


def _checking(
    context: ConversationContext, schema: Mapping[str, Any], data: Mapping[str, Any], locale: str | None
) -> Complaints:
    form = parse_form(schema)

    async def complaints(answers: Mapping[str, Any]) -> Mapping[str, list[str]]:
        try:
            await context.sessions.answers.check(form, answers, data, Complaining(locale))
        except AnswersInvalid as error:
            return error.by_field
        return {}

    return complaints


def state_of(session: Session) -> TurnState:
    """Return where the conversation about a session is, for who has asked for the session."""
    is_with_another = session.holder is not None and not session.holder.mine
    if session.state not in _FINAL and (session.handoff is not None or is_with_another):
        return TurnState.HANDED_OFF
    if session.step is not None and not _can_be_spoken(session.step):
        return TurnState.FAILED
    return TurnState(session.state)


def _can_be_spoken(step: Step) -> bool:
    """Say whether a customer can be asked; a system's answer is entered by operators, a form may be for none."""
    return Action.NEXT in step.actions and Action.RETRY not in step.actions
