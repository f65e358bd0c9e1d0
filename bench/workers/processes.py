"""Contenders as running processes: started, held back while their tasks are made, measured, stopped."""

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import psutil

from bench.workers.contenders import Contender
from stack import children
from stack.folder import ROOT, last_lines

_STOPPING_TAKES = 30.0
"""Seconds after which a contender that was asked to stop is killed."""


class ContenderFailed(Exception):
    """A contender's process ended by itself."""


class RunningContender:
    """One contender's process with what it has started."""

    def __init__(self, contender: Contender, process: Process, log: Path) -> None:
        self.contender = contender
        self._process = process
        self._log = log

    def cpu_seconds(self) -> float:
        """Processor time that was used so far, user and system."""
        times = [process.cpu_times() for process in self._all()]
        return sum(time.user + time.system for time in times)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Stop the clock of the process during the block, so that its tasks can gather."""
        processes = self._all()
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    def _all(self) -> list[psutil.Process]:
        try:
            first = psutil.Process(self._process.pid)
            if self._process.returncode is None and first.status() != psutil.STATUS_ZOMBIE:
                return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            pass
        said = "\n".join(last_lines(self._log))
        raise ContenderFailed(f"{self.contender.title} ended by itself:\n{said}")

    async def stop(self) -> None:
        """Ask it and what it has started to end, and end them where they don't."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), _STOPPING_TAKES)
            finally:
                os.killpg(self._process.pid, signal.SIGKILL)


@asynccontextmanager
async def running(contenders: list[Contender], logs: Path) -> AsyncIterator[list[RunningContender]]:
    """Start contenders, and stop them at the end of the block.

    Args:
        contenders: who.
        logs: folder for what they say, a file each.

    Raises:
        OSError: a program can't be started.
    """
    started: list[RunningContender] = []
    try:
        for contender in contenders:
            log = logs / f"contender-{contender.name}.log"
            process = await children.start(contender.command, contender.env, ROOT, log)
            started.append(RunningContender(contender, process, log))
        yield started
    finally:
        await asyncio.gather(*(each.stop() for each in started))
