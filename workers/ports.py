"""What a worker needs from the other parts, as narrow as it uses it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from engine import ExternalTask, LockedTask, TopicRequest, Value
from store.awaited_answers import AwaitedAnswer, ReceivedAnswer, Standing


class ExternalTasks(Protocol):
    """The engine's external tasks; ``engine.Engine.external_tasks`` is one. Errors as documented there."""

    async def fetch_and_lock(
        self, worker_id: str, topics: Sequence[TopicRequest], *, max_tasks: int, long_poll: timedelta
    ) -> list[ExternalTask]:
        """Lock waiting tasks."""

    async def complete(self, task: LockedTask, variables: Mapping[str, Value]) -> None:
        """Complete a task."""

    async def failure(
        self, task: LockedTask, *, message: str, details: str, retries: int, retry_after: timedelta
    ) -> None:
        """Report a technical failure."""

    async def bpmn_error(self, task: LockedTask, code: str, message: str, variables: Mapping[str, Value]) -> None:
        """Report a business outcome."""

    async def extend_lock(self, task: LockedTask, duration: timedelta) -> None:
        """Keep a task longer."""

    async def unlock(self, task: LockedTask) -> None:
        """Give a task back."""


class Purpose(StrEnum):
    """Why a function was run."""

    TASK = "task"
    PREFETCH = "prefetch"
    """Because a task will probably want the answer."""
    OPTIONS = "options"
    """Because somebody searches for the choices of a field."""
    TRY = "try"
    """Because its author wanted to see it."""


@dataclass(frozen=True, slots=True)
class FunctionCalled:
    """One run of a function, for monitoring and analytics; no inputs, no outputs.

    Attributes:
        session_id: business key of the session, None for a process without one.
        started: when the worker began.
        source: where the outputs came from, such as ``call`` or ``cache``.
        outcome: ``succeeded``, ``refused`` or ``failed``.
        detail: the BPMN error code or the cause of the failure.
    """

    session_id: str | None
    correlation_id: str
    function: str
    system: str | None
    activity_id: str
    started: datetime
    duration_ms: float
    attempts: int
    source: str
    outcome: str
    detail: str | None = None
    purpose: Purpose = Purpose.TASK


class Journal(Protocol):
    """Where telemetry goes."""

    async def functions_called(self, events: Sequence[FunctionCalled]) -> None:
        """Write a batch; any Exception means that none is written."""


class Notifications(Protocol):
    """Who waits for a session to move."""

    async def sessions_changed(self, session_ids: Collection[str]) -> None:
        """Wake who waits for these sessions; any Exception means that nobody was."""


class AwaitedAnswers(Protocol):
    """What is waited for, and what has come; ``store.awaited_answers.AwaitedAnswers`` is one. May raise StoreError."""

    async def expect(self, answer: AwaitedAnswer) -> None:
        """Write down that an answer will come."""

    async def take_over(self, task_id: str, worker_id: str) -> Standing | None:
        """Go on waiting for an answer under another lock."""

    async def take(self, limit: int) -> Sequence[ReceivedAnswer]:
        """Take answers that have come."""

    async def end(self, task_id: str) -> None:
        """Expect nothing for a task any more."""
