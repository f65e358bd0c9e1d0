"""Sessions and steps as the API shows them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticSerializationError

from player_api.forms.told import ToldAnswer

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
Key = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]


class Given(BaseModel):
    """A request body: unknown members are refused, so that a typing error is noticed."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _is_text(self) -> Self:
        try:
            self.model_dump_json()
        except PydanticSerializationError:
            raise ValueError("a text holds half a surrogate pair") from None
        return self


class StartRequest(Given):
    """What a caller says to start a session."""

    script: Key = Field(examples=["promised_payment"])
    channel: Key = Field(examples=["crm"])
    variables: dict[str, JsonValue] = Field(default_factory=dict, max_length=200)
    customer: Name | None = None
    external_id: Name | None = Field(default=None, description="The caller's own id, such as a case in the CRM")
    locale: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = Field(
        default=None, examples=["ru"]
    )
    team: Key | None = None


class SubmitRequest(Given):
    """Answers to a step."""

    step: Annotated[str, Field(min_length=1, max_length=64)] = Field(description="Id of the step that is answered")
    answers: dict[str, JsonValue] = Field(max_length=1000, description="By field key")


class HandoffRequest(Given):
    """Where a session is to go on."""

    channel: Key = Field(examples=["crm"])
    team: Key | None = Field(default=None, description="Whose queue; without one everybody's")
    note: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]+$")] | None = None


class ClaimRequest(Given):
    """How a session is claimed."""

    takeover: bool = Field(default=False, description="Also from somebody who works on it; needs a reason")
    reason: Name | None = None


class WaitingSession(BaseModel):
    """A session in a queue."""

    session: UUID
    script: str
    title: str
    channel: str
    team: str | None
    note: str | None
    by: str
    at: datetime
    customer: str | None
    external_id: str | None


class CancelRequest(Given):
    """Why a session is cancelled."""

    reason: Name


class ShownState(StrEnum):
    """Where a session is, for who looks at it."""

    ACTIVE = "active"
    """A step waits for answers."""
    WORKING = "working"
    """Functions run; ask again or wait."""
    FAILED = "failed"
    """A function has failed for good; the session goes on after a retry."""
    ENDED = "ended"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"


class Action(StrEnum):
    """What can be done now."""

    NEXT = "next"
    BACK = "back"
    RETRY = "retry"
    MANUAL = "manual"
    """Functions that run may give way to a person."""
    CANCEL = "cancel"
    HANDOFF = "handoff"


class Input(BaseModel):
    """What was typed at a step and not yet submitted."""

    answers: dict[str, Any]
    saved_by: str
    saved_at: datetime


class InputRequest(Given):
    """What an operator has typed so far; it need not be valid yet."""

    step: Annotated[str, Field(min_length=1, max_length=64)] = Field(description="Id of the step it was typed at")
    answers: dict[str, JsonValue] = Field(max_length=1000, description="By field key")


class Notes(BaseModel):
    """What operators have noted about a session."""

    text: str
    saved_by: str
    saved_at: datetime


class NotesRequest(Given):
    """Notes, in place of those before."""

    text: Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]


class BackPossible(BaseModel):
    """Whether a step may be gone back to."""

    allowed: bool
    reason: str | None = Field(description="Why not, in the session's language")


class Visited(BaseModel):
    """A step that was answered in this session, and still counts."""

    step: str = Field(description="Id of the step")
    key: str
    name: str | None
    name_en: str | None = Field(default=None, description="The name in English; null where the author gave none")
    answers: dict[str, Any]
    told: list[ToldAnswer] = Field(default=[], description="The answers that are not empty, in the words of the form")
    at: datetime
    by: str | None
    channel: str
    back: BackPossible


class Progress(BaseModel):
    """How far a session has come."""

    visited: int = Field(description="Steps that were answered and still count")
    ahead: int = Field(description="Further steps on the shortest way to an end")


class Option(BaseModel):
    """A choice of a field."""

    label: str
    value: JsonValue


class StaleValue(BaseModel):
    """Values of a function that are older than they should be, because its system was down."""

    function: str
    title: str | None = Field(description="What it does, in the session's language; null where undeclared")
    as_of: datetime = Field(description="When the system gave them; of several systems, the oldest")


class Step(BaseModel):
    """What a channel shows now: a waiting user task with its form."""

    id: str = Field(description="Sent back with the answers; a step visited again has another id")
    key: str = Field(description="Stays the same in every session: the id of the user task in the BPMN")
    name: str | None
    hint: str | None = Field(description="For the operator: the user task's documentation")
    name_en: str | None = Field(default=None, description="The name in English; null where the author gave none")
    hint_en: str | None = Field(default=None, description="The hint in English; null where the author gave none")
    form: dict[str, Any] = Field(description="form-js schema")
    said: list[str] = Field(description="What the form says, filled in: Markdown, in the session's language")
    data: dict[str, Any] = Field(description="Variables that the form shows or refers to")
    stale: list[StaleValue] = Field(default=[], description="What of it is older than it should be, the oldest first")
    input: Input | None = Field(default=None, description="What was typed and not submitted, when a session is read")
    visited: list[Visited] = Field(default=[], description="What was answered on the way here, oldest first")
    actions: list[Action]


class WaitingFunction(BaseModel):
    """A function that a session waits for."""

    function: str
    title: str | None = Field(
        default=None, description="What it does, in the session's language; null where undeclared"
    )
    system: str | None = Field(default=None, description="The system that it asks; null where there are several")
    system_title: str | None = Field(default=None, description="What the system is called in the session's language")
    since: datetime | None
    error: str | None = Field(description="Why it failed; null while it runs")
    manual: bool = Field(default=False, description="Whether a person may answer in its place while it runs")


class Result(BaseModel):
    """How a session ended."""

    end: str | None = Field(description="Id of the end event that was reached")
    variables: dict[str, Any] = Field(description="What the script declares as its outcome")


class Holder(BaseModel):
    """Who works on a session: nobody else may write in it until then."""

    name: str
    until: datetime
    mine: bool = Field(description="Whether it is the caller")


class Handoff(BaseModel):
    """A wish that somebody else goes on with a session, which waits in a queue until it is claimed."""

    channel: str = Field(description="Where it goes on")
    team: str | None = Field(description="Whose queue it is in; null for everybody's")
    note: str | None
    by: str
    at: datetime


class Session(BaseModel):
    """One customer's walk through a script."""

    id: UUID
    script: str
    release: int
    channel: str
    tenant: str
    team: str | None
    locale: str | None
    customer: str | None
    external_id: str | None
    state: ShownState
    step: Step | None = Field(description="The current step: the oldest of `steps`")
    steps: list[Step]
    waiting: list[WaitingFunction]
    progress: Progress | None = Field(default=None, description="Of the current step; null while there is none")
    actions: list[Action]
    holder: Holder | None = None
    handoff: Handoff | None = None
    notes: Notes | None = Field(default=None, description="What operators have noted, when a session is read")
    idle_until: datetime | None = Field(
        default=None, description="Without a write it is abandoned then; null as long as there is time"
    )
    result: Result | None
    created: datetime
    ended: datetime | None


class HistoryEvent(BaseModel):
    """One thing that happened in a session."""

    at: datetime
    type: str
    actor: str | None
    data: dict[str, Any]


class Script(BaseModel):
    """A script that the caller may start."""

    key: str
    title: str
    title_en: str | None = Field(default=None, description="The title in English; null where the author gave none")
    release: int
