"""How far a conversation has come in a step: what is stored between turns."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Phase(StrEnum):
    """What is being asked."""

    ASKING = "asking"
    """A question of the form."""
    CHOOSING = "choosing"
    """Which of several meanings an answer has."""
    CONFIRMING = "confirming"
    """Whether the step may be submitted."""
    CORRECTING = "correcting"
    """Which answer is to be given anew."""
    CANCELLING = "cancelling"
    """Whether the conversation shall really end."""


class Intent(StrEnum):
    """What is to be done next. It is stored before it is done, so that whoever looks next does it after a kill."""

    GO_ON = "go_on"
    """Submit a step that asks nothing."""
    SUBMIT = "submit"
    HANDOFF = "handoff"
    BACK = "back"
    CANCEL = "cancel"


class Meaning(BaseModel):
    """One of several things that an answer may mean."""

    model_config = ConfigDict(frozen=True)

    value: Any
    label: str


class Talk(BaseModel):
    """What is stored of a conversation.

    Attributes:
        step: id of the step that is spoken about.
        said: what steps have said that asked nothing, still to be heard before the next question.
        note: what is said before the question, such as that an answer was not understood.
        brief: the question is asked without what its step says.
        phase: what is being asked.
        meanings: of `Phase.CHOOSING`.
        skipped: fields that were left out.
        proposed: what was answered before the customer went back here, to be kept or changed.
        misses: how often the question was not answered.
        intent: what is to be done next.
        answers: what `Intent.SUBMIT` submits; an input is gone once its step was submitted.
        reason: why it is.
        key: who has sent the last turn, under which idempotency key.
    """

    model_config = ConfigDict(frozen=True)

    step: str | None = None
    said: tuple[str, ...] = ()
    note: str | None = None
    brief: bool = False
    phase: Phase = Phase.ASKING
    meanings: tuple[Meaning, ...] = ()
    skipped: tuple[str, ...] = ()
    proposed: dict[str, Any] = {}
    misses: int = 0
    intent: Intent | None = None
    answers: dict[str, Any] = {}
    reason: str | None = None
    key: str | None = None

    def but(self, **changes: Any) -> "Talk":
        """Return a copy with these changes."""
        return self.model_copy(update=changes)
