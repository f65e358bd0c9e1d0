"""Conversations and their turns as the API shows them."""

from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, JsonValue, StrictBool, model_validator

from player_api.sessions.models import Given, Result, StartRequest

LONGEST_REPLY = 4_000
"""Characters."""


class ConversationRequest(StartRequest):
    """What a channel says to begin a conversation; the same as for a session."""

    channel: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")] = Field(
        examples=["bot", "ivr"]
    )


class TurnRequest(Given):
    """What the customer did: exactly one of `text`, `dtmf`, `choice`, `silence`."""

    text: Annotated[str, Field(max_length=LONGEST_REPLY)] | None = Field(
        default=None, description="What was typed, or what a recogniser heard", examples=["второй вариант"]
    )
    dtmf: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9*#]+$")] | None = Field(
        default=None, description="Keys that were pressed on a telephone", examples=["2"]
    )
    choice: JsonValue = Field(
        default=None, description="The `value` of an option, such as of a button; a list of several"
    )
    silence: StrictBool = Field(default=False, description="Nothing was said or pressed for too long")
    turn: Annotated[str, Field(min_length=1, max_length=20)] | None = Field(
        default=None, description="Id of the turn that is answered; another one in the meantime is a 409"
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if [self.text is not None, self.dtmf is not None, self.choice is not None, self.silence].count(True) != 1:
            raise ValueError("exactly one of text, dtmf, choice and silence is needed")
        return self


class Expects(StrEnum):
    """What kind of answer a turn waits for."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    MONEY = "money"
    PHONE = "phone"
    NOTHING = "nothing"


class TurnState(StrEnum):
    """Where a conversation is."""

    ACTIVE = "active"
    """A question waits for its answer."""
    WORKING = "working"
    """Functions run; wait with `GET …?wait=`."""
    HANDED_OFF = "handed_off"
    """A person goes on with the session, or is about to."""
    FAILED = "failed"
    """A function has failed for good, and nobody has taken over yet."""
    ENDED = "ended"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"


class Prompt(BaseModel):
    """What is said to the customer."""

    text: str = Field(description="For a chat: plain text, a line a paragraph")
    speech: str = Field(description="For a voice: SSML 1.1")


class TurnOption(BaseModel):
    """Something that can be chosen."""

    number: int = Field(description="Said or pressed to choose it")
    value: Any
    label: str
    synonyms: list[str]


class Turn(BaseModel):
    """What a channel says now, and what it waits for."""

    id: str = Field(description="Changes with each turn; sent back with the reply")
    session: UUID = Field(description="The session that is spoken about; its id is the conversation's")
    state: TurnState
    step: str | None = Field(description="Key of the step that is spoken about")
    field: str | None = Field(description="Key of the field that is asked for")
    prompt: Prompt
    expects: Expects
    several: bool = Field(description="Whether several options may be named at once")
    options: list[TurnOption]
    attempts_left: int | None = Field(description="Misunderstandings and silences before a person takes over")
    result: Result | None = Field(description="How the script ended")
