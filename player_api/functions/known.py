"""The declarations as this process last read them, for what asks at every turn of a session."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from feel import Evaluator
from functions.catalogue import Catalogue, load
from functions.reading import Source

_FRESH = 2.0
"""Seconds for which what was read is taken as it was."""


class KnownDeclarations:
    """Reads declarations again when they are some seconds old, and parses them again where they have changed.

    Args:
        read: reads what is declared now.
        evaluator: checks expressions.
        clock: seconds.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[list[Source]]],
        evaluator: Evaluator,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._evaluator = evaluator
        self._clock = clock
        self._sources: list[Source] | None = None
        self._catalogue = Catalogue()
        self._until = float("-inf")
        self._reading = asyncio.Lock()

    async def catalogue(self) -> Catalogue:
        """Return what was declared a moment ago.

        Raises:
            StoreUnavailable: it has to be read, and the database cannot be reached.
        """
        if self._clock() >= self._until:
            async with self._reading:
                if self._clock() >= self._until:
                    await self._look()
        return self._catalogue

    async def _look(self) -> None:
        sources = await self._read()
        if sources != self._sources:
            self._catalogue, self._sources = load(sources, self._evaluator).catalogue, sources
        self._until = self._clock() + _FRESH

    def forget(self) -> None:
        """Read again before the next answer."""
        self._until = float("-inf")
