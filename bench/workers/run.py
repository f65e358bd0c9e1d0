"""Measuring all contenders in turn, round by round."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.private_stack import private_stack
from bench.workers.building import Built
from bench.workers.contenders import SLOW, TRIVIAL, Work, contenders
from bench.workers.processes import RunningContender, running
from bench.workers.results import Measurement
from bench.workers.system import CalledSystem
from bench.workers.tasks import Tasks, tasks_in

_FEWEST = 20
"""Tasks that even a slow contender gets."""
_PATIENCE_PER_TASK = 0.5
_PATIENCE = 60.0
"""Seconds that a batch may take, beside those for each task."""

Say = Callable[[str], None]
"""Told how far things are."""


@dataclass(frozen=True)
class Wish:
    """How much is measured.

    Attributes:
        tasks: of each contender in each round.
        rounds: measured rounds; one more warms everything up.
    """

    tasks: int
    rounds: int


async def measure(wish: Wish, built: Built, say: Say) -> list[Measurement]:
    """Start a private stack, measure everybody on it, and stop it.

    Raises:
        StackError: the stack doesn't start.
        TasksUnfinished: a contender did not complete its tasks in time.
        ContenderFailed: a contender ended by itself.
    """
    system = CalledSystem()
    measurements: list[Measurement] = []
    with private_stack("workers", {}) as stack:
        async with system.serving(), tasks_in(stack) as tasks:
            for work in (TRIVIAL, SLOW):
                all_contenders = contenders(work, stack, system.url(work.milliseconds), built)
                async with running(all_contenders, stack.folder.logs) as started:
                    measurements += await Measuring(wish, work, tasks, say).all(started)
    return measurements


class Measuring:
    """Measures contenders at one kind of work."""

    def __init__(self, wish: Wish, work: Work, tasks: Tasks, say: Say) -> None:
        self._wish = wish
        self._work = work
        self._tasks = tasks
        self._say = say

    async def all(self, started: Sequence[RunningContender]) -> list[Measurement]:
        """Warm up, then measure in rounds; each round begins with another contender."""
        self._say(f"{self._work.name}: warming up")
        for each in started:
            await self._one(each)
        measured = []
        for number in range(self._wish.rounds):
            for each in _turned(started, number):
                measurement = await self._one(each)
                measured.append(measurement)
                self._say(
                    f"{self._work.name}, round {number + 1}: {each.contender.title}: "
                    f"{measurement.per_second:.0f} tasks/s, {measurement.cpu:.2f} CPU s per 1,000"
                )
        return measured

    async def _one(self, each: RunningContender) -> Measurement:
        contender = each.contender
        size = max(round(self._wish.tasks * contender.share), _FEWEST)
        with each.held_back():
            batch = await self._tasks.make(contender.topic, size)
            before = each.cpu_seconds()
        completed = await self._tasks.completed(batch, _PATIENCE + _PATIENCE_PER_TASK * size)
        return Measurement.of(contender.name, self._work, completed, each.cpu_seconds() - before)


def _turned(started: Sequence[RunningContender], number: int) -> list[RunningContender]:
    first = number % len(started)
    return [*started[first:], *started[:first]]
