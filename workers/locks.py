"""Locks of tasks: how long each is ours, and keeping it while a long call runs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from engine import EngineError, ExternalTask
from runtime import logs
from workers.ports import ExternalTasks

_log = logs.get(__name__)


@dataclass(slots=True)
class Held:
    """A task that is locked for this worker.

    Attributes:
        until: when the lock ends, in seconds of the worker's clock: the engine's may differ.
    """

    task: ExternalTask
    until: float


class Locks:
    """Extends the locks of tasks whose calls outlast them."""

    def __init__(self, tasks: ExternalTasks, duration: timedelta, clock: Callable[[], float]) -> None:
        self._tasks = tasks
        self._duration = duration
        self._clock = clock
        self._calling: dict[str, Held] = {}

    def hold(self, task: ExternalTask) -> Held:
        """Note a task that has just been fetched; its lock is kept until ``release``."""
        held = Held(task, self._clock() + self._duration.total_seconds())
        self._calling[task.id] = held
        return held

    def release(self, held: Held) -> None:
        """Stop extending: the call is over, what remains of the lock is for the report."""
        self._calling.pop(held.task.id, None)

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Extend locks beside the work of the block."""
        task = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _keep(self) -> None:
        # Looked at four times a lock and extended in its second half, a lock survives one lost request.
        while True:
            await asyncio.sleep(self._duration.total_seconds() / 4)
            await self.extend_due()

    async def extend_due(self) -> None:
        """Extend every lock that is in its second half."""
        due = self._clock() + self._duration.total_seconds() / 2
        await asyncio.gather(*(self._extend(held) for held in list(self._calling.values()) if held.until < due))

    async def _extend(self, held: Held) -> None:
        asked = self._clock()
        try:
            await self._tasks.extend_lock(held.task, self._duration)
        except EngineError as error:
            # The call is not cut off: it may have its effect anyway, and the report tells who holds the task.
            _log.warning("lock_not_extended", task=held.task.id, function=held.task.topic, error=type(error).__name__)
        else:
            held.until = asked + self._duration.total_seconds()
