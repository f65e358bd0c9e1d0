"""One external task from its lock to its report."""

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from engine import ExternalTask
from functions.context import Context
from functions.outcome import Failed, Ordered, Outcome
from functions.runner import RunnableFunction
from runtime import correlation, logs
from workers.ages import with_age
from workers.endings import Endings
from workers.locks import Held, Locks
from workers.orders import Orders
from workers.ports import ExternalTasks

CONTEXT_VARIABLES = (correlation.VARIABLE, "tenant", "customer")
"""Process variables that are for no function, but tell for whom it is called."""
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """Runs the function of a task and says how it ended; of an order, that its answer comes later."""

    tasks: ExternalTasks
    locks: Locks
    endings: Endings
    orders: Orders

    async def serve(self, held: Held, function: RunnableFunction) -> None:
        """Serve one task to its end, or to its order; how that went shows in the engine, the log and the metrics."""
        task, started = held.task, datetime.now(UTC)
        context = _context(task)
        try:
            outcome = await self._outcome(task, function, context)
        except Exception as error:  # noqa: BLE001 - a defect of ours: without a report the task would come back for ever
            _log.exception("function_broke", function=task.topic, task=task.id)
            outcome = Outcome(_defect(task, error), attempts=0, seconds=0.0)
        finally:
            self.locks.release(held)
        delivery = await self.endings.report(task, held.until, with_age(task, outcome.ending, datetime.now(UTC)))
        self.endings.tell(function.declaration, context, outcome, started, delivery)
        if function.declaration.answer is not None and not isinstance(outcome.ending, Ordered):
            await self.orders.end(task.id)

    async def _outcome(self, task: ExternalTask, function: RunnableFunction, context: Context) -> Outcome:
        if function.declaration.answer is None:
            return await function.run(task.variables, context)
        return await self.orders.place(task, function, context)


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
