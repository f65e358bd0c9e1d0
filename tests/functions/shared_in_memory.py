"""What processes share, in memory; held to the same exercises as the store's."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from pydantic import JsonValue

from functions.shared import Effect, EffectState, Found, KeptAnswer, Place
from store.errors import StoreUnavailable


@dataclass
class AnswersInMemory:
    clock: Callable[[], float]
    away: bool = False
    kept: dict[str, tuple[int, Mapping[str, JsonValue], float, float]] = field(default_factory=dict)
    leases: dict[str, tuple[str, float]] = field(default_factory=dict)
    generations: Counter[str] = field(default_factory=Counter)

    async def find(self, place: Place, *, fresh: timedelta, holder: str, lease: timedelta) -> Found:
        self._answer_the_call()
        generation = self.generations[place.tag]
        answer = None
        if place.key in self.kept:
            kept_generation, outputs, kept_at, until = self.kept[place.key]
            if kept_generation == generation and self.clock() < until:
                answer = KeptAnswer(outputs, timedelta(seconds=self.clock() - kept_at))
        if answer is not None and answer.age <= fresh:
            return Found(answer, generation, leased=False)
        other, until = self.leases.get(place.key, (holder, 0.0))
        leased = other == holder or self.clock() >= until
        if leased:
            self.leases[place.key] = (holder, self.clock() + lease.total_seconds())
        return Found(answer, generation, leased)

    async def keep(
        self, place: Place, generation: int, outputs: Mapping[str, JsonValue], *, holder: str, keep_for: timedelta
    ) -> None:
        await self.release(place, holder=holder)
        if generation == self.generations[place.tag]:
            now = self.clock()
            self.kept[place.key] = (generation, outputs, now, now + keep_for.total_seconds())

    async def release(self, place: Place, *, holder: str) -> None:
        self._answer_the_call()
        if self.leases.get(place.key, ("", 0.0))[0] == holder:
            del self.leases[place.key]

    async def drop(self, tags: Collection[str]) -> None:
        self._answer_the_call()
        self.generations.update(tags)

    def _answer_the_call(self) -> None:
        if self.away:
            raise StoreUnavailable("the database cannot be reached")


@dataclass
class EffectsInMemory:
    away: bool = False
    known: dict[str, Effect] = field(default_factory=dict)

    async def begin(self, effect: Effect) -> Effect | None:
        if self.away:
            raise StoreUnavailable("the database cannot be reached")
        before = self.known.get(effect.key)
        if before is None or before.state is EffectState.NOT_MADE:
            self.known[effect.key] = replace(effect, state=EffectState.BEGUN)
            return None
        return before

    async def settle(self, effect: Effect) -> None:
        if self.away:
            raise StoreUnavailable("the database cannot be reached")
        self.known[effect.key] = effect
