"""Starts parts in the order of their needs, keeps them running, and stops them in reverse."""

import asyncio
import signal
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from stack import children
from stack.failures import StackError, is_disk_full, part_failed
from stack.folder import LOG_LIMIT, DataFolder, last_lines, rotate
from stack.parts import Part, Restarts, State

PATIENCE = (0.05, 0.5)
"""Seconds between two checks of a part that isn't ready, at first and at most."""
LOGS_EVERY = 10.0
"""Seconds between two looks at the length of the logs."""


@dataclass(frozen=True)
class Change:
    """What has just become of a part.

    Attributes:
        part: the part.
        state: its new state.
        pid: its process; None while it has none.
        note: what a person is told beside the state, such as why it died.
    """

    part: Part
    state: State
    pid: int | None = None
    note: str = ""


class Supervisor:
    """Keeps a set of parts running.

    Args:
        parts: in an order in which each part needs only earlier ones.
        folder: where their logs are.
        restarts: when a part that died is started again.
        said: told of every change, in order.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        folder: DataFolder,
        restarts: Restarts,
        said: Callable[[Change], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._parts = parts
        self._folder = folder
        self._restarts = restarts
        self._said = said
        self._clock = clock
        self._ready = {part.name: asyncio.Event() for part in parts}
        self._processes: dict[str, Process] = {}

    async def run(self, stop: asyncio.Event, when_ready: Callable[[], None]) -> None:
        """Start everything and keep it until ``stop`` is set; nothing runs any more when this returns or raises.

        Args:
            stop: asks for the end.
            when_ready: called once, when every part is ready.

        Raises:
            StackError: a part didn't come up, or died too often.
            OSError: a log or a program can't be opened.
        """
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._keep(part)) for part in self._parts]
                tasks.append(group.create_task(self._keep_logs_short()))
                tasks.append(group.create_task(self._tell(when_ready)))
                await stop.wait()
                for task in tasks:
                    task.cancel()
        except BaseExceptionGroup as failures:
            raise _first(failures) from failures
        finally:
            await self._stop_all()

    def kill(self) -> None:
        """Stop waiting for processes that take their time to end: end them at once."""
        for process in self._processes.values():
            with suppress(ProcessLookupError):
                process.kill()

    async def _tell(self, when_ready: Callable[[], None]) -> None:
        for event in self._ready.values():
            await event.wait()
        when_ready()

    async def _keep(self, part: Part) -> None:
        for needed in part.needs:
            await self._ready[needed].wait()
        died: list[float] = []
        while True:
            process = await self._start(part)
            await self._until_ready(part, process)
            code = await process.wait()
            del self._processes[part.name]
            if part.runs_once and code == 0:
                self._ready[part.name].set()
                self._said(Change(part, State.STOPPED))
                return
            end = f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
            died.append(self._clock())
            pause = None if part.runs_once else self._restarts.pause(died)
            if pause is None:
                times = "" if part.runs_once else f" {len(died)} times within a minute"
                raise self._failed(part, f"{part.name} {end}{times}.")
            self._said(Change(part, State.RESTARTING, note=f"{end}, is started again in {pause:g} s"))
            await asyncio.sleep(pause)

    async def _start(self, part: Part) -> Process:
        log = self._folder.log(part.name)
        process = await children.start(part.command, part.env, part.cwd, log, part.user)
        self._processes[part.name] = process
        self._said(Change(part, State.STARTING, process.pid))
        return process

    async def _until_ready(self, part: Part, process: Process) -> None:
        """Return when ``part`` is ready or its process has ended."""
        if part.ready is None:
            return
        pause, longest = PATIENCE
        ended = asyncio.ensure_future(process.wait())
        deadline = self._clock() + part.ready_within
        try:
            while not ended.done():
                if await part.ready():
                    self._ready[part.name].set()
                    self._said(Change(part, State.READY, process.pid))
                    return
                if self._clock() > deadline:
                    raise self._failed(part, f"{part.name} was not ready within {part.ready_within:g} seconds.")
                await asyncio.wait([ended], timeout=pause)
                pause = min(pause * 1.5, longest)
        finally:
            ended.cancel()

    def _failed(self, part: Part, sentence: str) -> StackError:
        log = self._folder.log(part.name)
        return part_failed(sentence, log, last_lines(log))

    async def _keep_logs_short(self) -> None:
        while True:
            await asyncio.sleep(LOGS_EVERY)
            for part in self._parts:
                await asyncio.to_thread(rotate, self._folder.log(part.name), LOG_LIMIT)

    async def _stop_all(self) -> None:
        """Stop every part when no other that runs needs or uses it any more."""
        stopped = {part.name: asyncio.Event() for part in self._parts}

        async def stop(part: Part) -> None:
            for other in self._parts:
                if part.name in other.needs | other.uses:
                    await stopped[other.name].wait()
            if process := self._processes.get(part.name):
                await _end(process, part)
                with suppress(OSError):  # a full disk or a closed terminal must not keep the others running
                    self._said(Change(part, State.STOPPED))
            stopped[part.name].set()

        async with asyncio.TaskGroup() as group:
            for part in self._parts:
                group.create_task(stop(part))
        self._processes.clear()


async def _end(process: Process, part: Part) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(part.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), part.grace)
        except TimeoutError:
            process.kill()
    await process.wait()


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The failure to tell of: a full disk explains all others."""
    return next((error for error in failures.exceptions if is_disk_full(error)), failures.exceptions[0])
