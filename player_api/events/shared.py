"""Looks that are carried out once for everybody in this process who watches the same thing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from runtime import logs

_LOOKS_AT_ONCE = 8

T = TypeVar("T")
_log = logs.get(__name__)


@dataclass(frozen=True)
class Latest(Generic[T]):
    """What was seen last; ``number`` grows by one with each change."""

    number: int
    value: T


class Watch(Generic[T]):
    """One thing that is watched. Who is slow misses what was between, and sees the newest."""

    def __init__(self) -> None:
        self.latest: Latest[T] | None = None
        self.watchers: list[asyncio.Event] = []

    async def follow(self, source: Callable[[], AsyncIterator[T]]) -> None:
        """Take over what ``source`` sees until it ends, and wake who watches."""
        async for value in source():
            self.latest = Latest(self.latest.number + 1 if self.latest else 1, value)
            for event in self.watchers:
                event.set()


class Shared(Generic[T]):
    """All that is watched in this process, by key.

    Nothing is queued for a watcher: it is woken and takes what is then the newest.
    """

    def __init__(self) -> None:
        self._watches: dict[Hashable, tuple[Watch[T], asyncio.Task[None]]] = {}
        self._streams: set[asyncio.Event] = set()
        self.turns = asyncio.Semaphore(_LOOKS_AT_ONCE)
        """For a look: when thousands of streams come back at once, requests are not kept waiting behind them."""
        self.is_closing = False

    def __len__(self) -> int:
        """How many things are watched."""
        return len(self._watches)

    @contextmanager
    def stream(self) -> Iterator[asyncio.Event]:
        """Yield an event for one who watches; it is set by every change, and when everything is to end."""
        changed = asyncio.Event()
        self._streams.add(changed)
        try:
            yield changed
        finally:
            self._streams.discard(changed)

    @contextmanager
    def watching(
        self, key: Hashable, source: Callable[[], AsyncIterator[T]], changed: asyncio.Event
    ) -> Iterator[Watch[T]]:
        """Watch something beside the work of the block.

        Args:
            key: what is watched; who is first gives its source, and the last to leave stops it.
            source: yields what is seen, again whenever it has changed.
            changed: set by each change.
        """
        if key not in self._watches:
            watch: Watch[T] = Watch()
            task = asyncio.create_task(watch.follow(source))
            task.add_done_callback(_say_why)
            self._watches[key] = watch, task
        watch, task = self._watches[key]
        watch.watchers.append(changed)
        try:
            yield watch
        finally:
            watch.watchers.remove(changed)
            if not watch.watchers:
                task.cancel()
                del self._watches[key]

    def close(self) -> None:
        """Ask all who watch to end; a process that stops calls it."""
        self.is_closing = True
        for changed in self._streams:
            changed.set()


def _say_why(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        _log.error("what was watched is watched no longer", exc_info=error)
