"""One external task from its lock to its report."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from engine import EngineError, EngineRejected, ExternalTask, VariableInvalid
from functions.context import Context
from functions.outcome import Ending, Failed, Outcome, Refused, Succeeded
from functions.runner import RunnableFunction
from runtime import correlation, logs
from workers.locks import Held, Locks
from workers.metrics import Metrics
from workers.outbound import Outbound
from workers.ports import ExternalTasks, FunctionCalled
from workers.reports import Delivery, Reporter

CONTEXT_VARIABLES = (correlation.VARIABLE, "tenant", "customer")
"""Process variables that are for no function, but tell for whom it is called."""
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """Runs the function of a task, reports how it ended, and tells who waits.

    Attributes:
        changed: takes the ids of sessions that may have moved.
        called: takes the telemetry.
    """

    tasks: ExternalTasks
    locks: Locks
    reporter: Reporter
    metrics: Metrics
    changed: Outbound[str]
    called: Outbound[FunctionCalled]

    async def serve(self, held: Held, function: RunnableFunction) -> None:
        """Serve one task to its end; how it ended shows in the engine, the log and the metrics."""
        task, started = held.task, datetime.now(UTC)
        context = _context(task)
        try:
            outcome = await function.run(task.variables, context)
        except Exception as error:  # noqa: BLE001 - a defect of ours: without a report the task would come back for ever
            _log.exception("function_broke", function=task.topic, task=task.id)
            outcome = Outcome(_defect(task, error), attempts=0, seconds=0.0)
        finally:
            self.locks.release(held)
        delivery = await self._report(held, outcome.ending)
        if task.business_key is not None:
            self.changed.put(task.business_key)
        self._note(function, context, outcome, started, delivery)

    async def _report(self, held: Held, ending: Ending) -> Delivery | None:
        """Report an ending; where the engine can't go on with it, report that as an incident."""
        try:
            return await self.reporter.deliver(held, self._sending(held.task, ending))
        except (EngineRejected, VariableInvalid) as error:
            refusal = Failed("report", _refusal(held.task, ending, error), may_pass=False)
        try:
            return await self.reporter.deliver(held, self._sending(held.task, refusal))
        except EngineError as error:
            _log.error("not_reported", task=held.task.id, function=held.task.topic, error=str(error))
            return None

    def _sending(self, task: ExternalTask, ending: Ending) -> Callable[[], Awaitable[None]]:
        match ending:
            case Succeeded(outputs):
                return lambda: self.tasks.complete(task, outputs)
            case Refused(code, outputs):
                message = f"{task.topic} refused with {code}"
                return lambda: self.tasks.bpmn_error(task, code, message, outputs)
            case Failed(cause, message, manual=manual):
                details = f"cause: {cause}" + (f"\nmanual: {manual}" if manual else "")
                return lambda: self.tasks.failure(
                    task, message=message, details=details, retries=0, retry_after=timedelta()
                )

    def _note(
        self,
        function: RunnableFunction,
        context: Context,
        outcome: Outcome,
        started: datetime,
        delivery: Delivery | None,
    ) -> None:
        declaration, ending = function.declaration, outcome.ending
        detail = None if isinstance(ending, Succeeded) else ending.code if isinstance(ending, Refused) else ending.cause
        said = {"error": ending.message} if isinstance(ending, Failed) else {}
        duration_ms = round(outcome.seconds * 1000, 3)
        _log.info(
            "function_called",
            session=context.session_id,
            correlation_id=context.correlation_id,
            function=declaration.name,
            activity=context.activity_id,
            task=context.task_id,
            duration_ms=duration_ms,
            attempts=outcome.attempts,
            source=outcome.source,
            outcome=outcome.word,
            detail=detail,
            report=delivery,
            **said,
        )
        self.metrics.ran(declaration.name, outcome.word, outcome.seconds, outcome.attempts)
        self.metrics.reported(delivery or "refused")
        if isinstance(ending, Failed):
            self.metrics.failed(declaration.name, ending.cause)
        self.called.put(
            FunctionCalled(
                session_id=context.session_id,
                correlation_id=context.correlation_id,
                function=declaration.name,
                system=declaration.system,
                activity_id=context.activity_id,
                started=started,
                duration_ms=duration_ms,
                attempts=outcome.attempts,
                source=outcome.source,
                outcome=outcome.word,
                detail=detail,
            )
        )


def _context(task: ExternalTask) -> Context:
    known = {name: value for name in CONTEXT_VARIABLES if isinstance(value := task.variables.get(name), str)}
    context = Context(
        session_id=task.business_key,
        activity_id=task.activity_id,
        task_id=task.id,
        correlation_id=correlation.accept(known.get(correlation.VARIABLE)),
        tenant=known.get("tenant"),
        customer=known.get("customer"),
    )
    structlog.contextvars.bind_contextvars(correlation_id=context.correlation_id)
    return context


def _defect(task: ExternalTask, error: Exception) -> Failed:
    return Failed("defect", f"{task.topic}: internal error {type(error).__name__}", may_pass=False)


def _refusal(task: ExternalTask, ending: Ending, error: EngineRejected | VariableInvalid) -> str:
    done = f"refused with {ending.code}" if isinstance(ending, Refused) else "is done"
    return f"{task.topic} {done}, but the script can't go on: {error}"
