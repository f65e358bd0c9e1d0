"""Asking for answers that a task will probably want: through the function's cache, where the task finds them."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from functions.context import Context
from functions.execution import Prefetch
from functions.runner import RunnableFunction
from runtime import logs
from workers.endings import Endings, called
from workers.ports import Purpose

_AT_ONCE = 20
_MOST = 200
_log = logs.get(__name__)


class Prefetching:
    """Runs functions for nobody yet, a bounded number of them; what is too much is left to the tasks.

    Args:
        functions: gives the functions of the moment, by name.
        endings: counts the runs.
    """

    def __init__(self, functions: Callable[[], Mapping[str, RunnableFunction]], endings: Endings) -> None:
        self._functions = functions
        self._endings = endings
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, wanted: Prefetch) -> None:
        """Run a function soon, where it is declared to be prefetched; returns at once."""
        function = self._functions().get(wanted.function)
        if function is None or len(self._running) >= _MOST:
            return
        function = function.as_pinned(wanted.pin)
        if not function.declaration.prefetch:
            return
        task = asyncio.create_task(self._run(wanted, function))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, wanted: Prefetch, function: RunnableFunction) -> None:
        context = Context(
            session_id=wanted.session_id,
            activity_id=wanted.activity_id,
            task_id=f"prefetch-{uuid.uuid4().hex}",
            correlation_id=wanted.correlation_id,
            tenant=wanted.tenant,
            customer=wanted.customer,
        )
        async with self._slots:
            started = datetime.now(UTC)
            outcome = await function.run(wanted.inputs, context)
        event = called(function.declaration, context, outcome, started, Purpose.PREFETCH)
        self._endings.count(event, outcome)
        _log.info(
            "function_prefetched",
            session=context.session_id,
            correlation_id=context.correlation_id,
            function=event.function,
            activity=event.activity_id,
            duration_ms=event.duration_ms,
            attempts=event.attempts,
            source=event.source,
            outcome=event.outcome,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Cut off, at the end of the block, what is still running: nobody waits for it."""
        try:
            yield
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
