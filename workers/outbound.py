"""Gathering what many tasks have to say into few messages, without making any task wait."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from runtime import logs

_log = logs.get(__name__)
_Item = TypeVar("_Item")
_AFTER_FAILURE = 1.0
"""Seconds until a batch is tried once more."""


class Outbound(Generic[_Item]):
    """A bounded queue in memory that one task empties in batches.

    What can't be sent is tried once more with the next batch, then dropped: neither a notification nor telemetry may
    stop the work, and both have a slower way behind them.

    Args:
        name: for the log.
        send: sends one batch; raises where it could not.
        rest: seconds between two batches: the first item is sent at once, what comes meanwhile goes together.
        most: items kept while nothing can be sent; older ones are dropped.
    """

    def __init__(
        self, name: str, send: Callable[[Sequence[_Item]], Awaitable[None]], *, rest: float, most: int = 10_000
    ) -> None:
        self._name = name
        self._send = send
        self._rest = rest
        self._waiting: deque[_Item] = deque(maxlen=most)
        self._some = asyncio.Event()
        self._stopping = asyncio.Event()
        self.dropped = 0

    def put(self, item: _Item) -> None:
        """Hand over one item; returns at once."""
        if len(self._waiting) == self._waiting.maxlen:
            self.dropped += 1
        self._waiting.append(item)
        self._some.set()

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Send beside the work of the block; what is left is sent at its end."""
        task = asyncio.create_task(self._send_until_stopped())
        try:
            yield
        finally:
            self._stopping.set()
            self._some.set()
            await task

    async def _send_until_stopped(self) -> None:
        failed_before = False
        while self._waiting or not self._stopping.is_set():
            if not self._waiting:
                self._some.clear()
                await self._some.wait()
                continue
            failed_before = not await self._flush(keep=not failed_before and not self._stopping.is_set())
            await self._pause(self._rest)

    async def _flush(self, *, keep: bool) -> bool:
        batch = list(self._waiting)
        self._waiting.clear()
        try:
            await self._send(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, work goes on without it
            _log.warning("not_sent", what=self._name, items=len(batch), kept=keep, error=type(error).__name__)
            if keep:
                self._waiting.extendleft(reversed(batch))
                await self._pause(_AFTER_FAILURE)
            else:
                self.dropped += len(batch)
            return False
        return True

    async def _pause(self, seconds: float) -> None:
        if seconds and not self._stopping.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._stopping.wait()
            except TimeoutError:
                return
