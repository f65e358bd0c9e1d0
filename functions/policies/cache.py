"""Using answers again: from this process, and from any other."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import timedelta

import cachetools

from functions.declaration import Cache
from functions.errors import FunctionError
from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs
from functions.policies.keys import AnswerPlaces
from functions.shared import Found, Place, SharedAnswers
from functions.source import Source
from runtime import logs
from store.errors import StoreError

_log = logs.get(__name__)
_ENTRIES = 10_000
_FIRST_LOOK, _LAST_LOOK = 0.02, 0.25
"""Seconds between looks for the answer that another process is asking for: the first, and what they grow to."""


def with_memory(inner: Attempt, places: AnswerPlaces, cache: Cache, clock: Callable[[], float]) -> Attempt:
    """Keep answers in this process.

    Only for functions that no other invalidates: what another process does is not seen here.
    """
    kept: MutableMapping[str, Outputs] = cachetools.TTLCache(_ENTRIES, cache.ttl.total_seconds(), timer=clock)

    async def remembered(invocation: Invocation) -> Outputs:
        place = places.place(invocation.inputs, invocation.context)
        if place is None:
            return await inner(invocation)
        known = kept.get(place.key)
        if known is not None:
            invocation.source = Source.MEMORY
            return known
        outputs = await inner(invocation)
        if invocation.source is Source.CALL:
            kept[place.key] = outputs
        return outputs

    return remembered


class SharedCache:
    """Answers shared by all processes; only one of them asks a system for the same thing.

    Args:
        keep_for: how long answers are kept; past the cache's time they serve as a stale fallback.
        patience: how long to wait for another process's answer, and how long others wait for ours.
    """

    def __init__(
        self,
        answers: SharedAnswers,
        cache: Cache,
        keep_for: timedelta,
        patience: timedelta,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._answers = answers
        self._cache = cache
        self._keep_for = keep_for
        self._patience = patience
        self._sleep = sleep
        self._holder = os.urandom(8).hex()

    def around(self, inner: Attempt, places: AnswerPlaces) -> Attempt:
        """Look before calling ``inner``, and keep what it gives."""

        async def shared(invocation: Invocation) -> Outputs:
            place = places.place(invocation.inputs, invocation.context)
            found = None if place is None else await self._look(place)
            if place is None or found is None:
                return await inner(invocation)
            invocation.kept = found.answer
            if found.answer is not None and found.answer.age <= self._cache.ttl:
                invocation.source = Source.CACHE
                return found.answer.outputs
            return await self._ask(inner, invocation, place, found)

        return shared

    async def _look(self, place: Place) -> Found | None:
        """Find an answer or the lease to ask for it; None where the store is away or the other's time is over."""
        waited, pause = 0.0, _FIRST_LOOK
        while waited <= self._patience.total_seconds():
            try:
                found = await self._answers.find(
                    place, fresh=self._cache.ttl, holder=self._holder, lease=self._patience
                )
            except StoreError as error:
                _log.warning("answers_not_shared", error=str(error))
                return None
            if found.leased or (found.answer is not None and found.answer.age <= self._cache.ttl):
                return found
            await self._sleep(pause)
            waited, pause = waited + pause, min(2 * pause, _LAST_LOOK)
        return None

    async def _ask(self, inner: Attempt, invocation: Invocation, place: Place, found: Found) -> Outputs:
        try:
            outputs = await inner(invocation)
        except FunctionError:
            await self._tell(self._answers.release(place, holder=self._holder))
            raise
        await self._tell(
            self._answers.keep(place, found.generation, outputs, holder=self._holder, keep_for=self._keep_for)
        )
        return outputs

    async def _tell(self, telling: Awaitable[None]) -> None:
        try:
            await telling
        except StoreError as error:
            _log.warning("answers_not_shared", error=str(error))
