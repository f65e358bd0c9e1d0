"""What the facade asks of workers outside a script, and what they answer: the internal HTTP interface.

``POST /internal/functions/try`` takes a `TryRequest` and answers a `TryResult`; ``POST /internal/functions/prefetch``
takes a `PrefetchRequest` and answers 202; ``POST /internal/functions/execute`` takes an `ExecuteRequest` and answers an
`ExecuteResult`. All want ``Authorization: Bearer`` with the installation's internal token.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

TRY_PATH = "/internal/functions/try"
PREFETCH_PATH = "/internal/functions/prefetch"
EXECUTE_PATH = "/internal/functions/execute"
MASK = "•••"
"""Stands for a secret or for personal data."""


class Message(BaseModel):
    """A part of the internal interface."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Recorded(Message):
    """An answer that is taken instead of asking the system."""

    status: int | None = Field(default=200, ge=100, le=599)
    response: JsonValue = None


class TryRequest(Message):
    """A function to be run once outside any script.

    Attributes:
        name: which function.
        declaration: a declaration that is not stored yet; without it the one in force.
        inputs: by name.
        recorded: an answer to map instead of asking the system.
    """

    name: str
    declaration: dict[str, JsonValue] | None = None
    inputs: dict[str, JsonValue] = {}
    recorded: Recorded | None = None


class Exchange(Message):
    """One request to a system and its answer, with secrets and personal data masked.

    Attributes:
        request: what was sent, by the parts that the protocol has (method, url, headers, body, statement …).
        response: what came back, None where nothing did.
        error: why nothing came back.
        duration_ms: milliseconds.
    """

    request: dict[str, JsonValue]
    response: dict[str, JsonValue] | None = None
    error: str | None = None
    duration_ms: float


class TryResult(Message):
    """How a try ended.

    Attributes:
        outcome: as in monitoring.
        outputs: the variables that a script would get.
        bpmn_error: the code, where the function refused.
        error: a sentence, where it failed.
        source: where the outputs come from.
        duration_ms: milliseconds, all attempts together.
        exchanges: in their order; none where the answer was a recorded one.
    """

    outcome: Literal["succeeded", "refused", "failed"]
    outputs: dict[str, JsonValue] = {}
    bpmn_error: str | None = None
    error: str | None = None
    attempts: int
    source: str
    duration_ms: float
    exchanges: list[Exchange] = []


class Prefetch(Message):
    """One call whose answer will probably be wanted.

    Attributes:
        function: its name; one that allows prefetching.
        pin: the contract that the session's release carries, None where it carries none.
        inputs: by name.
        session_id: whose answer it would be, with tenant and customer as in a task of the session.
    """

    function: str
    pin: str | None = None
    inputs: dict[str, JsonValue]
    session_id: str
    activity_id: str
    tenant: str | None = None
    customer: str | None = None
    correlation_id: str


class PrefetchRequest(Message):
    """Calls to be made soon, answered before they are."""

    calls: list[Prefetch] = Field(max_length=20)


class ExecuteRequest(Message):
    """A read function to be run for a session, outside its script, whose answer is waited for.

    Attributes:
        function: its name.
        variables: what its inputs are read from, as from the variables of a task.
        session_id: whose answer it is, with tenant and customer as in a task of the session.
        activity_id: the step for which it is wanted.
    """

    function: str
    variables: dict[str, JsonValue]
    session_id: str
    activity_id: str
    tenant: str | None = None
    customer: str | None = None
    correlation_id: str


class ExecuteResult(Message):
    """How a run ended.

    Attributes:
        outputs: the variables that a script would get.
        bpmn_error: the code, where the function refused.
        error: a sentence, where it failed.
    """

    outcome: Literal["succeeded", "refused", "failed"]
    outputs: dict[str, JsonValue] = {}
    bpmn_error: str | None = None
    error: str | None = None
