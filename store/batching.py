"""Carrying out together what many ask for at the same moment: one statement, one way to the database and back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


class Batched(Generic[_Item, _Answer]):
    """Gathers items while an earlier batch is under way; an item that meets none is on its way at once.

    Args:
        run: carries out a batch and returns an answer for each of its items, in their order. What it raises, everybody
            who asked in that batch gets.
        most: items in one batch.
    """

    def __init__(self, run: Callable[[Sequence[_Item]], Awaitable[Sequence[_Answer]]], *, most: int = 500) -> None:
        self._run = run
        self._most = most
        self._waiting: list[tuple[_Item, asyncio.Future[_Answer]]] = []
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, item: _Item) -> _Answer:
        """Carry out one item, with those that others ask for at this moment."""
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._running is None:
            self._running = asyncio.create_task(self._empty())
        return await answer

    async def _empty(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                if wanted := [(item, answer) for item, answer in batch if not answer.done()]:
                    await self._carry_out(wanted)
        finally:
            self._running = None

    async def _carry_out(self, batch: list[tuple[_Item, "asyncio.Future[_Answer]"]]) -> None:
        try:
            found = await self._run([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - it belongs to those who asked
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), value in zip(batch, found, strict=True):
            if not answer.done():
                answer.set_result(value)
