"""Running a read function for the facade, outside any task: through its policies and its cache."""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from functions.context import Context
from functions.declaration import Effect
from functions.errors import TrialRefused
from functions.execution import ExecuteRequest, ExecuteResult
from functions.outcome import Failed, Refused, Succeeded
from functions.runner import RunnableFunction
from workers.endings import Endings, called
from workers.ports import Purpose

_AT_ONCE = 50


class Execution:
    """Runs functions whose answer somebody waits for, a bounded number of them at once.

    Args:
        functions: gives the functions of the moment, by name.
        endings: counts the runs.
    """

    def __init__(self, functions: Callable[[], Mapping[str, RunnableFunction]], endings: Endings) -> None:
        self._functions = functions
        self._endings = endings
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def run(self, wanted: ExecuteRequest) -> ExecuteResult | None:
        """Run a function once; None where there is no such function.

        Raises:
            TrialRefused: it may change something, or gets its answer later.
        """
        function = self._functions().get(wanted.function)
        if function is None:
            return None
        if function.declaration.effect is not Effect.READ or function.declaration.answer is not None:
            raise TrialRefused(f"{wanted.function} is no function that only reads and answers at once")
        context = Context(
            session_id=wanted.session_id,
            activity_id=wanted.activity_id,
            task_id=f"options-{uuid.uuid4().hex}",
            correlation_id=wanted.correlation_id,
            tenant=wanted.tenant,
            customer=wanted.customer,
        )
        async with self._slots:
            started = datetime.now(UTC)
            outcome = await function.run(wanted.variables, context)
        self._endings.count(called(function.declaration, context, outcome, started, Purpose.OPTIONS), outcome)
        match outcome.ending:
            case Succeeded(outputs):
                return ExecuteResult(outcome="succeeded", outputs=dict(outputs))
            case Refused(code, outputs):
                return ExecuteResult(outcome="refused", outputs=dict(outputs), bpmn_error=code)
            case Failed(_, message):
                return ExecuteResult(outcome="failed", error=message)
            case _:
                return ExecuteResult(outcome="failed", error="its answer comes later")
