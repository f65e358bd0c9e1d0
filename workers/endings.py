"""Saying how a task ended: to the engine, to who waits for the session, and to who counts."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine import EngineError, EngineRejected, LockedTask, VariableInvalid
from functions.context import Context
from functions.declaration import Function
from functions.outcome import Ending, Failed, Ordered, Outcome, Refused, Succeeded
from runtime import logs
from workers.metrics import Metrics
from workers.outbound import Outbound
from workers.ports import ExternalTasks, FunctionCalled, Purpose
from workers.reports import Delivery, Reporter

ORDER_RESERVE = timedelta(minutes=2)
"""A task is locked so much longer than its later answer is waited for: time to take and report the answer, twice."""
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Endings:
    """Reports endings and tells of them.

    Attributes:
        changed: takes the ids of sessions that may have moved.
        called: takes the telemetry.
    """

    tasks: ExternalTasks
    reporter: Reporter
    metrics: Metrics
    changed: Outbound[str]
    called: Outbound[FunctionCalled]

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Send notifications and telemetry beside the work of the block."""
        async with self.changed.sending(), self.called.sending():
            yield

    async def report(self, task: LockedTask, until: float, ending: Ending) -> Delivery | None:
        """Report an ending; where the engine can't go on with it, report that as an incident.

        Args:
            task: whose ending.
            until: when its lock ends, in seconds of the reporter's clock.
            ending: what happened.

        Returns:
            What became of the report, None where the engine takes neither the one nor the other.
        """
        try:
            return await self.reporter.deliver(until, self._sending(task, ending))
        except (EngineRejected, VariableInvalid) as error:
            refusal = Failed("report", _refusal(task, ending, error), may_pass=False)
        try:
            return await self.reporter.deliver(until, self._sending(task, refusal))
        except EngineError as error:
            _log.error("not_reported", task=task.id, function=task.topic, error=str(error))
            return None

    def _sending(self, task: LockedTask, ending: Ending) -> Callable[[], Awaitable[None]]:
        match ending:
            case Succeeded(outputs):
                return lambda: self.tasks.complete(task, outputs)
            case Refused(code, outputs):
                message = f"{task.topic} refused with {code}"
                return lambda: self.tasks.bpmn_error(task, code, message, outputs)
            case Ordered(within):
                return lambda: self.tasks.extend_lock(task, within + ORDER_RESERVE)
            case Failed(cause, message, manual=manual):
                details = f"cause: {cause}" + (f"\nmanual: {manual}" if manual else "")
                return lambda: self.tasks.failure(
                    task, message=message, details=details, retries=0, retry_after=timedelta()
                )

    def tell(
        self,
        function: Function,
        context: Context,
        outcome: Outcome,
        started: datetime,
        delivery: Delivery | None,
    ) -> None:
        """Tell of a task that was reported: who waits, the log, the metrics, the journal."""
        if context.session_id is not None:
            self.changed.put(context.session_id)
        event = called(function, context, outcome, started)
        said = {"error": outcome.ending.message} if isinstance(outcome.ending, Failed) else {}
        _log.info(
            "function_called",
            session=context.session_id,
            correlation_id=context.correlation_id,
            function=function.name,
            activity=context.activity_id,
            task=context.task_id,
            duration_ms=event.duration_ms,
            attempts=outcome.attempts,
            source=outcome.source,
            outcome=outcome.word,
            detail=event.detail,
            report=delivery,
            **said,
        )
        self.metrics.reported(delivery or "refused")
        self.count(event, outcome)

    def count(self, event: FunctionCalled, outcome: Outcome) -> None:
        """Count a run of whatever purpose, in the metrics and in the journal."""
        self.metrics.ran(event.function, outcome.word, outcome.seconds, outcome.attempts)
        self.metrics.answered(event.function, event.purpose, outcome.source)
        if isinstance(outcome.ending, Failed):
            self.metrics.failed(event.function, outcome.ending.cause)
        self.called.put(event)


def called(
    function: Function, context: Context, outcome: Outcome, started: datetime, purpose: Purpose = Purpose.TASK
) -> FunctionCalled:
    """What the journal keeps of a run."""
    return FunctionCalled(
        session_id=context.session_id,
        correlation_id=context.correlation_id,
        function=function.name,
        system=function.system,
        activity_id=context.activity_id,
        started=started,
        duration_ms=round(outcome.seconds * 1000, 3),
        attempts=outcome.attempts,
        source=outcome.source,
        outcome=outcome.word,
        detail=_detail(outcome.ending),
        purpose=purpose,
    )


def _detail(ending: Ending) -> str | None:
    match ending:
        case Refused(code, _):
            return code
        case Failed(cause, _):
            return cause
        case _:
            return None


def _refusal(task: LockedTask, ending: Ending, error: EngineRejected | VariableInvalid) -> str:
    done = f"refused with {ending.code}" if isinstance(ending, Refused) else "is done"
    return f"{task.topic} {done}, but the script can't go on: {error}"
