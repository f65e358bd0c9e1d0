"""Small real processes for the tests of what starts, keeps and stops processes."""

import asyncio
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from stack.parts import Part, State
from stack.supervisor import Change

WAITS = "import signal; signal.signal(signal.SIGTERM, lambda *_: exit()); open('{there}', 'w'); signal.pause()"
"""A program that makes a file when it has started and ends in order when asked."""
IGNORES_TERM = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('{there}', 'w'); signal.pause()"


def small_part(
    where: Path, name: str, code: str = WAITS, *, needs: Iterable[str] = (), uses: Iterable[str] = (), **options: object
) -> Part:
    """A part that runs a line of Python; ``{there}`` in it is the file by which the part is found ready."""
    there = where / f"{name}.there"

    async def ready() -> bool:
        return there.exists()

    given = {"ready": ready, "ready_within": 30, "grace": 10, "env": os.environ, **options}
    return Part(
        name=name,
        command=(sys.executable, "-c", code.replace("{there}", str(there))),
        cwd=where,
        needs=frozenset(needs),
        uses=frozenset(uses),
        **given,  # type: ignore[arg-type]
    )


class Told:
    """Remembers what a supervisor said and lets a test wait for it."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._news = asyncio.Event()

    def __call__(self, change: Change) -> None:
        self.changes.append(change)
        self._news.set()

    def of(self, name: str) -> list[State]:
        return [change.state for change in self.changes if change.part.name == name]

    def order(self, state: State) -> list[str]:
        return [change.part.name for change in self.changes if change.state is state]

    async def until(self, name: str, state: State, times: int = 1) -> Change:
        """The change by which the part ``name`` came into ``state`` for the ``times``-th time."""
        async with asyncio.timeout(30):
            while True:
                found = [change for change in self.changes if (change.part.name, change.state) == (name, state)]
                if len(found) >= times:
                    return found[times - 1]
                self._news.clear()
                await self._news.wait()
