"""Answers that have come for orders: taken by any worker, mapped, and reported under the name of who holds the lock."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from engine import LockedTask
from functions.context import Context
from functions.outcome import Outcome
from functions.runner import RunnableFunction
from functions.source import Source
from runtime import logs
from store.awaited_answers import ReceivedAnswer
from store.errors import StoreError
from workers.endings import Endings
from workers.orders import Orders
from workers.ports import AwaitedAnswers
from workers.reports import Delivery

_AT_ONCE = 20
_REPORT = 20.0
"""Seconds that a report is tried for; shorter than others leave a taken answer alone."""
_LOOK_AGAIN = 5.0
"""Seconds, where no word of an answer comes."""
_log = logs.get(__name__)


@dataclass(frozen=True)
class Arrivals:
    """Takes answers as they come.

    Attributes:
        functions: gives the functions of the moment, by name.
        come: set where an answer may have come.
    """

    answers: AwaitedAnswers
    functions: Callable[[], Mapping[str, RunnableFunction]]
    endings: Endings
    orders: Orders
    come: asyncio.Event

    @asynccontextmanager
    async def taking(self, look_again: float = _LOOK_AGAIN) -> AsyncIterator[None]:
        """Take answers beside the work of the block; what was taken is reported before the end."""
        stop = asyncio.Event()
        taking = asyncio.create_task(self._take_until(stop, look_again))
        try:
            yield
        finally:
            stop.set()
            self.come.set()
            await taking

    async def _take_until(self, stop: asyncio.Event, look_again: float) -> None:
        while not stop.is_set():
            self.come.clear()
            while await self.take() == _AT_ONCE:
                continue
            try:
                await asyncio.wait_for(self.come.wait(), look_again)
            except TimeoutError:
                continue

    async def take(self) -> int:
        """Take and report some answers; return how many."""
        try:
            taken = await self.answers.take(_AT_ONCE)
        except StoreError as error:
            _log.warning("answers_not_taken", error=str(error))
            return 0
        await asyncio.gather(*map(self._report, taken))
        return len(taken)

    async def _report(self, answer: ReceivedAnswer) -> None:
        function = self.functions().get(answer.function)
        if function is None:
            _log.warning("answer_for_nobody", function=answer.function, task=answer.task_id)
            return  # a worker that knows the function will find it again
        function = function.as_pinned(answer.pin)
        outcome = Outcome(await function.answered(answer.body), 0, answer.waited.total_seconds(), Source.CALLBACK)
        task = LockedTask(answer.task_id, answer.function, answer.worker_id)
        delivery = await self.endings.report(task, self.endings.reporter.clock() + _REPORT, outcome.ending)
        self.endings.tell(function.declaration, _context(answer), outcome, datetime.now(UTC) - answer.waited, delivery)
        if delivery in {Delivery.DELIVERED, Delivery.GONE}:
            await self.orders.end(answer.task_id)


def _context(answer: ReceivedAnswer) -> Context:
    return Context(answer.session_id, answer.activity_id, answer.task_id, answer.correlation_id)
