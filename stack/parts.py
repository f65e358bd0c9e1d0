"""A part: one process of the stack, what it needs, and how to know that it is ready."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import httpx

from stack.credentials import Login
from stack.ports import HOST

Check = Callable[[], Awaitable[bool]]
"""Whether a part can be used now; never raises."""


class State(StrEnum):
    """What is said of a part."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Part:
    """One process that the supervisor starts and keeps, or that it runs once.

    Attributes:
        name: as a person sees it.
        command: program and arguments; secrets are in ``env`` only.
        env: its whole environment.
        needs: parts that must be ready, or have ended well, before this one starts.
        uses: further parts it talks to; they are stopped after it.
        ready: None for a part that runs once: it is ready when it has ended with 0.
        ready_within: seconds from its start.
        url: where it answers.
        stop_signal: asks it to end in order.
        grace: seconds that it gets for that.
        user: runs as this user; None: as ours.
        cwd: its working directory.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    cwd: Path
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    ready: Check | None = None
    ready_within: float = 120
    url: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 15
    user: str | None = None

    @property
    def runs_once(self) -> bool:
        """Whether it does one thing and ends."""
        return self.ready is None


@dataclass(frozen=True)
class Restarts:
    """When a part that died is started again, and when that is given up.

    Attributes:
        first: seconds before the first restart; each further one waits twice as long.
        longest: seconds that a restart waits at most.
        deaths: that many within ``window`` seconds are too many.
        window: seconds.
    """

    first: float = 0.5
    longest: float = 8
    deaths: int = 5
    window: float = 60

    def pause(self, died: list[float]) -> float | None:
        """Seconds to wait before the next start, None where it is given up.

        Args:
            died: when it died, on a clock in seconds, the last death last.
        """
        recent = sum(1 for moment in died if died[-1] - moment < self.window)
        if recent >= self.deaths:
            return None
        return float(min(self.first * 2 ** (recent - 1), self.longest))


def answers(client: httpx.AsyncClient, url: str, login: Login | None = None) -> Check:
    """A check that ``url`` answers a GET with 200."""
    authentication = httpx.BasicAuth(login.user, login.password) if login else None

    async def check() -> bool:
        try:
            response = await client.get(url, auth=authentication)
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK

    return check


def accepts(port: int) -> Check:
    """A check that a port of this machine accepts connections."""

    async def check() -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return False
        writer.close()
        return True

    return check


def succeeds(*command: str) -> Check:
    """A check that a command ends with 0."""

    async def check() -> bool:
        nowhere = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, stdin=nowhere, stdout=nowhere, stderr=nowhere)
        return await process.wait() == 0

    return check
