"""Telling the engine how a task ended, as long as its lock lasts."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

import tenacity

from engine import (
    EngineRejected,
    EngineUnauthorized,
    EngineUnavailable,
    ErrorUncaught,
    LockLost,
    NotFound,
    OptimisticLock,
)
from runtime import logs

_log = logs.get(__name__)
_LONGEST_PAUSE = 2.0


class Delivery(StrEnum):
    """What became of a report."""

    DELIVERED = "delivered"
    GONE = "gone"
    """The task is completed or cancelled; after an answer that got lost, completed by this very report."""
    LOCK_LOST = "lock_lost"
    """Another worker has the task."""
    UNREACHABLE = "unreachable"
    """The engine did not take the report before the lock ended; the task will be fetched again."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Repeats a report until it is clear what became of it.

    Attributes:
        clock: the worker's clock, seconds.
        sleep: waits so many seconds.
        chance: spreads the repetitions of many tasks.
    """

    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: random.Random = field(default_factory=random.Random)

    async def deliver(self, until: float, send: Callable[[], Awaitable[None]]) -> Delivery:
        """Send a report until the engine takes it or, by the clock, the lock ends at ``until``.

        Raises:
            EngineRejected: the engine refuses this report for a reason of its own until the lock's end.
            VariableInvalid: a variable can't be sent.
        """
        try:
            await send()
        except (EngineUnavailable, EngineUnauthorized, EngineRejected) as error:
            if not _may_pass(error):
                return _final(error)
        else:
            return Delivery.DELIVERED
        return await self._repeated(until, send)

    async def _repeated(self, until: float, send: Callable[[], Awaitable[None]]) -> Delivery:
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_may_pass),
            stop=lambda _state: self.clock() >= until,
            wait=lambda state: self._pause(until, state.attempt_number),
            sleep=self.sleep,
            reraise=True,
        )
        try:
            await self.sleep(self._pause(until, 1))
            async for attempt in retrying:
                with attempt:
                    await send()
        except (EngineUnavailable, EngineUnauthorized, EngineRejected) as error:
            return _final(error)
        return Delivery.DELIVERED

    def _pause(self, until: float, attempt: int) -> float:
        pause = self.chance.uniform(0.01, min(_LONGEST_PAUSE, 0.05 * 2**attempt))
        return max(0.0, min(pause, until - self.clock()))


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, EngineUnavailable | EngineUnauthorized | OptimisticLock):
        return True
    # A database that restarts behind the engine shows as its 500; what a script does wrong does too, and stays.
    return isinstance(error, EngineRejected) and not isinstance(error, ErrorUncaught) and error.status >= 500


def _final(error: EngineUnavailable | EngineUnauthorized | EngineRejected) -> Delivery:
    if isinstance(error, NotFound):
        return Delivery.GONE
    if isinstance(error, LockLost):
        return Delivery.LOCK_LOST
    if isinstance(error, EngineUnavailable | EngineUnauthorized | OptimisticLock):
        return Delivery.UNREACHABLE
    raise error
