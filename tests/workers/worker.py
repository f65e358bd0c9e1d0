"""A worker around tasks in memory and functions whose calls are the test's own."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from functions.invocation import Attempt
from functions.runner import RunnableFunction, Runs
from tests.functions.declared import declared
from tests.workers.answers_in_memory import AnswersInMemory
from tests.workers.tasks import Tasks
from workers.endings import Endings
from workers.locks import Locks
from workers.loop import Pace, Worker
from workers.metrics import Metrics
from workers.orders import Orders
from workers.outbound import Outbound
from workers.ports import FunctionCalled
from workers.reports import Reporter
from workers.serving import Serving

NO_CALL = {"http": {"method": "GET", "path": "/"}}


class Clock:
    """Seconds that pass only when something sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def function(call: Attempt, clock: Clock, **fields: Any) -> RunnableFunction:
    return RunnableFunction(declared(**{"inputs": [], "call": NO_CALL, **fields}), call, Runs(clock))


@dataclass
class Heard:
    """What the worker told the rest of the platform."""

    changed: list[str] = field(default_factory=list)
    called: list[FunctionCalled] = field(default_factory=list)

    async def sessions_changed(self, sessions: Sequence[str]) -> None:
        self.changed.extend(sessions)

    async def functions_called(self, events: Sequence[FunctionCalled]) -> None:
        self.called.extend(events)


def endings(tasks: Tasks, clock: Clock, heard: Heard) -> Endings:
    return Endings(
        tasks,
        Reporter(clock, clock.sleep, random.Random(1)),  # noqa: S311 - jitter
        Metrics(),
        Outbound("notifications", heard.sessions_changed, rest=0),
        Outbound("telemetry", heard.functions_called, rest=0),
    )


def serving(
    tasks: Tasks, clock: Clock, heard: Heard, orders: Orders | None = None, lock: timedelta = timedelta(seconds=30)
) -> Serving:
    orders = orders or Orders(AnswersInMemory(), "http://facade/api/v1/callbacks", lambda: None)
    return Serving(tasks, Locks(tasks, lock, clock), endings(tasks, clock, heard), orders)


@asynccontextmanager
async def working(
    tasks: Tasks, *functions: RunnableFunction, heard: Heard | None = None, pace: Pace | None = None
) -> AsyncIterator[asyncio.Event]:
    """A worker at work; it is stopped at the end of the block, its open poll returning then."""
    by_topic = {one.declaration.name: one for one in functions}
    async with working_with(tasks, lambda: by_topic, heard, pace) as stop:
        yield stop


@asynccontextmanager
async def working_with(
    tasks: Tasks,
    functions: Callable[[], Mapping[str, RunnableFunction]],
    heard: Heard | None = None,
    pace: Pace | None = None,
) -> AsyncIterator[asyncio.Event]:
    """The same with functions that change."""
    serve = serving(tasks, Clock(), heard or Heard())
    worker = Worker(
        "w",
        functions,
        serve,
        pace or Pace(gather=0, backoff=(0.001, 0.002)),
        random.Random(1),  # noqa: S311 - jitter
    )
    stop = asyncio.Event()
    async with serve.endings.sending():
        work = asyncio.create_task(worker.work(stop))
        try:
            yield stop
        finally:
            stop.set()
            tasks.end_polls()
            await work
