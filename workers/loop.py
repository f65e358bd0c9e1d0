"""The loop: one long poll for all topics, as many tasks as there are free slots, an orderly end."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase

from engine import EngineError, ExternalTask, TopicRequest
from functions.declaration import Effect
from functions.pins import PROPERTY
from functions.runner import RunnableFunction
from functions.staleness import variable_of
from runtime import logs
from workers.locks import Held
from workers.serving import CONTEXT_VARIABLES, Serving

_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker goes about it.

    Attributes:
        concurrency: tasks at the same time.
        lock: how long a task is locked at first; long calls extend it.
        long_poll: how long an empty fetch stays open, which is also how long stopping may take.
        gather: seconds to wait for more free slots when few are, so that tasks come in batches.
        grace: seconds that running calls get when the worker stops.
        backoff: shortest and longest bound of the pause after a fetch that failed, seconds.
    """

    concurrency: int = 50
    lock: timedelta = timedelta(seconds=30)
    long_poll: timedelta = timedelta(seconds=5)
    gather: float = 0.005
    grace: float = 20.0
    backoff: tuple[float, float] = (0.1, 5.0)


@dataclass(frozen=True, slots=True)
class Share:
    """What a worker takes of all the work.

    Attributes:
        functions: patterns of function names, with ``*`` for any part.
        release: version tag of the one release whose tasks it takes, None for all.
    """

    functions: tuple[str, ...] = ("*",)
    release: str | None = None

    def holds(self, function: str) -> bool:
        """Whether the tasks of a function are taken."""
        return any(fnmatchcase(function, pattern) for pattern in self.functions)


EVERYTHING = Share()


class Worker:
    """Fetches tasks and serves them until it is told to stop.

    Args:
        worker_id: under which tasks are locked; another one in every process.
        functions: gives the functions of the moment, by topic.
        share: which of their tasks it takes.
    """

    def __init__(
        self,
        worker_id: str,
        functions: Callable[[], Mapping[str, RunnableFunction]],
        serving: Serving,
        pace: Pace,
        chance: random.Random,
        share: Share = EVERYTHING,
    ) -> None:
        self._worker_id = worker_id
        self._functions = functions
        self._serving = serving
        self._pace = pace
        self._chance = chance
        self._share = share
        self._running: dict[asyncio.Task[None], Held] = {}
        self._by_topic: Counter[str] = Counter()
        self._inputs: dict[str, frozenset[str]] = {}
        self._changed = asyncio.Event()
        self._failed_polls = 0

    @property
    def busy(self) -> int:
        """Tasks that are being served."""
        return len(self._running)

    async def work(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set, then let running calls end and give back what was not begun."""
        async with AsyncExitStack() as beside:
            await beside.enter_async_context(self._serving.locks.keeping())
            watching = asyncio.create_task(self._wake_at(stop))
            while not stop.is_set():
                room, topics = await self._room(), self._topics()
                if stop.is_set():
                    break
                if not topics:
                    await self._something_else(stop)
                    continue
                tasks = await self._fetch(topics, room, stop)
                await self._begin(tasks, {topic.name: topic.variables or () for topic in topics}, stop)
            await watching
            await self._drain()

    def _topics(self) -> list[TopicRequest]:
        """What to ask for: every function that does not have all the slots that it may take."""
        return [
            TopicRequest(
                name,
                self._pace.lock,
                version_tag=self._share.release,
                variables=[*CONTEXT_VARIABLES, variable_of(name), *self._inputs_of(name, function)],
            )
            for name, function in self._functions().items()
            if self._share.holds(name)
            and self._by_topic[name] < (function.declaration.limits.concurrency or self._pace.concurrency)
        ]

    async def _something_else(self, stop: asyncio.Event) -> None:
        """Wait until one of the running tasks ends; where none runs, a moment for functions to be declared."""
        if self._running:
            self._changed.clear()
            await self._changed.wait()
        else:
            await _pause(stop, self._pace.backoff[0])

    def _inputs_of(self, topic: str, function: RunnableFunction) -> frozenset[str]:
        """The inputs of a topic's tasks: those declared now, and those of what releases have pinned, once seen."""
        known = self._inputs.get(topic, frozenset())
        self._inputs[topic] = known | {declared.name for declared in function.declaration.inputs}
        return self._inputs[topic]

    async def _room(self) -> int:
        """Free slots; when few are, the answer comes a little later, so that a busy worker fetches batches."""
        if not self._free():
            self._changed.clear()
            await self._changed.wait()
        if self._free() < self._pace.concurrency // 4:
            await asyncio.sleep(self._pace.gather)
        return self._free()

    def _free(self) -> int:
        return self._pace.concurrency - len(self._running)

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._changed.set()

    async def _fetch(self, topics: list[TopicRequest], room: int, stop: asyncio.Event) -> list[ExternalTask]:
        try:
            tasks = await self._serving.tasks.fetch_and_lock(
                self._worker_id, topics, max_tasks=room, long_poll=self._pace.long_poll
            )
        except EngineError as error:
            await self._back_off(error, stop)
            return []
        if self._failed_polls:
            _log.info("engine_is_back", failed_polls=self._failed_polls)
        self._failed_polls = 0
        return tasks

    async def _back_off(self, error: EngineError, stop: asyncio.Event) -> None:
        self._serving.endings.metrics.poll_failed()
        least, most = self._pace.backoff
        pause = self._chance.uniform(0, min(most, least * 2 ** min(self._failed_polls, 16)))
        self._failed_polls += 1
        if self._failed_polls == 1:
            _log.warning("engine_does_not_answer", error=str(error))
        await _pause(stop, pause)

    async def _begin(
        self, tasks: list[ExternalTask], asked: Mapping[str, Collection[str]], stop: asyncio.Event
    ) -> None:
        for task in tasks:
            function = self._function(task, asked[task.topic])
            if stop.is_set() or function is None:
                await self._unlock(task)
                continue
            held = self._serving.locks.hold(task)
            running = asyncio.create_task(self._serving.serve(held, function))
            self._running[running] = held
            self._by_topic[task.topic] += 1
            running.add_done_callback(self._ended)

    def _function(self, task: ExternalTask, asked: Collection[str]) -> RunnableFunction | None:
        """What a task is for; None where nobody declares it, or it has to come again with more of its variables."""
        function = self._functions().get(task.topic)
        if function is None:
            return None
        function = function.as_pinned(task.extension_properties.get(PROPERTY))
        if all(declared.name in asked for declared in function.declaration.inputs):
            return function
        self._inputs_of(task.topic, function)
        return None

    def _ended(self, running: asyncio.Task[None]) -> None:
        held = self._running.pop(running)
        self._by_topic[held.task.topic] -= 1
        self._changed.set()
        if not running.cancelled() and (error := running.exception()) is not None:
            _log.error("serving_broke", task=held.task.id, function=held.task.topic, exc_info=error)

    async def _drain(self) -> None:
        """Let running calls end; cut off what doesn't within the grace."""
        if not self._running:
            return
        _log.info("draining", running=len(self._running))
        _, late = await asyncio.wait(self._running, timeout=self._pace.grace)
        abandoned = [self._running[running] for running in late]
        for running in late:
            running.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for held in abandoned:
            await self._give_back(held)

    async def _give_back(self, held: Held) -> None:
        function = self._functions().get(held.task.topic)
        if function is None or function.declaration.effect is not Effect.READ:
            # The call may have happened: its lock runs out by itself, later than any late effect of it.
            _log.warning("cut_off", task=held.task.id, function=held.task.topic)
            return
        await self._unlock(held.task)

    async def _unlock(self, task: ExternalTask) -> None:
        try:
            await self._serving.tasks.unlock(task)
        except EngineError as error:
            _log.warning("not_unlocked", task=task.id, function=task.topic, error=type(error).__name__)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until ``stop``."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
