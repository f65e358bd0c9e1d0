"""The one order in which policies are put around a call.

From outside: fallback, the process's cache, single flight, the shared cache, the record of an effect,
dropping what it makes untrue, deadline, retry, circuit breaker, limit, the call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from functions.catalogue import Catalogue
from functions.declaration import Cache, Effect, Function
from functions.invocation import Attempt
from functions.policies.breaker import CircuitBreaker, with_breaker
from functions.policies.cache import SharedCache, with_memory
from functions.policies.deadline import with_deadline
from functions.policies.effects import Confirm, RecordedEffect
from functions.policies.fallback import with_fallback
from functions.policies.invalidation import with_invalidation
from functions.policies.keys import AnswerPlaces
from functions.policies.limits import Slots, with_limit
from functions.policies.retry import with_retry
from functions.policies.single_flight import with_single_flight
from functions.shared import Effects, SharedAnswers
from functions.surroundings import Surroundings

_HANDOVER = timedelta(seconds=1)
"""On top of a deadline: the time an answer takes from one process to another."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What processes share; None where a process stands alone, as when a declaration is tried.

    Alone, answers are used again within the process only, and irreversible calls leave no record.
    """

    answers: SharedAnswers | None = None
    effects: Effects | None = None


class Composition:
    """Puts policies around calls; functions of one system share its breaker and its limit."""

    def __init__(self, catalogue: Catalogue, shared: Shared, surroundings: Surroundings) -> None:
        self._catalogue = catalogue
        self._shared = shared
        self._surroundings = surroundings
        self._invalidated = {name for function in catalogue.functions.values() for name in function.invalidates}
        self._slots = {name: Slots(system.limits.concurrency) for name, system in catalogue.systems.items()}
        self._breakers = {
            name: CircuitBreaker(system.breaker, name, surroundings.clock)
            for name, system in catalogue.systems.items()
            if system.breaker is not None
        }

    @property
    def breakers(self) -> Mapping[str, CircuitBreaker]:
        """The circuit breakers by system."""
        return self._breakers

    def share(self, workers: int) -> None:
        """Keep to one worker's part of what each system bears, of so many workers."""
        for slots in self._slots.values():
            slots.share(workers)

    def around(self, call: Attempt, function: Function, confirm: Confirm | None) -> Attempt:
        """Put everything that ``function`` declares around its call."""
        attempt = self._within_time(call, function)
        if self._shared.answers is not None and (places := self._places(function.invalidates)):
            attempt = with_invalidation(attempt, places, self._shared.answers)
        if self._shared.effects is not None and function.effect is not Effect.READ:
            attempt = RecordedEffect(function, attempt, self._shared.effects, confirm)
        if function.cache is not None:
            attempt = self._cached(attempt, function, function.cache)
        if function.fallback is not None:
            attempt = with_fallback(attempt, function.fallback)
        return attempt

    def _within_time(self, attempt: Attempt, function: Function) -> Attempt:
        if function.limits.concurrency is not None:
            attempt = with_limit(attempt, Slots(function.limits.concurrency))
        if function.system is not None:
            attempt = with_limit(attempt, self._slots[function.system])
            if function.system in self._breakers:
                attempt = with_breaker(attempt, self._breakers[function.system])
        attempt = with_retry(attempt, function.retry, self._surroundings.chance, self._surroundings.sleep)
        return with_deadline(attempt, function.deadline, function.whom)

    def _cached(self, attempt: Attempt, function: Function, cache: Cache) -> Attempt:
        places = AnswerPlaces(function)
        if self._shared.answers is not None:
            stale = function.fallback.stale if function.fallback is not None else None
            keep_for = max(cache.ttl, stale or cache.ttl)
            patience = function.deadline + _HANDOVER
            shared = SharedCache(self._shared.answers, cache, keep_for, patience, self._surroundings.sleep)
            attempt = shared.around(attempt, places)
        attempt = with_single_flight(attempt, places)
        if function.name not in self._invalidated:
            attempt = with_memory(attempt, places, cache, self._surroundings.clock)
        return attempt

    def _places(self, names: tuple[str, ...]) -> list[AnswerPlaces]:
        functions = self._catalogue.functions
        return [AnswerPlaces(functions[name]) for name in names if functions[name].cache is not None]
