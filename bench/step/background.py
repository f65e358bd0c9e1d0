"""What goes on behind the measured walkers: thousands of live sessions, some of which go on all the time."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp

from bench.step.walkers import CALLING, FacadeWalker, StepMissing

_STARTS_AT_ONCE = 16


class Background:
    """Live sessions that call functions at an even rate, however long each takes.

    Args:
        walkers: the sessions.
        per_second: submits, each with a function behind it.
    """

    def __init__(self, walkers: Sequence[FacadeWalker], per_second: float) -> None:
        self._walkers = walkers
        self._per_second = per_second
        self._under_way: set[asyncio.Task[None]] = set()
        self.done = 0
        self.failed = 0

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work during the block."""
        pacing = asyncio.create_task(self._pace())
        try:
            yield
        finally:
            pacing.cancel()
            await asyncio.gather(pacing, *self._under_way, return_exceptions=True)

    async def _pace(self) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        for number, walker in enumerate(itertools.cycle(self._walkers)):
            await asyncio.sleep(max(0.0, began + number / self._per_second - clock()))
            going = asyncio.create_task(self._go_on(walker))
            self._under_way.add(going)
            going.add_done_callback(self._under_way.discard)

    async def _go_on(self, walker: FacadeWalker) -> None:
        try:
            await walker.next()
            self.done += 1
        except (StepMissing, aiohttp.ClientError, TimeoutError):
            self.failed += 1


async def live_sessions(api: aiohttp.ClientSession, count: int) -> list[FacadeWalker]:
    """Start so many sessions."""
    walkers: list[FacadeWalker] = []
    left = iter(range(count))

    async def start_some() -> None:
        for _ in left:
            walkers.append(await FacadeWalker.start(api, CALLING))  # noqa: PERF401 - side by side

    async with asyncio.TaskGroup() as group:
        for _ in range(_STARTS_AT_ONCE):
            group.create_task(start_some())
    return walkers
