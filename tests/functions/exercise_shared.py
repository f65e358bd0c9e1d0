"""What every implementation of functions.shared must do; run against the one in memory and against the store's.

An implementation's own test calls these with fresh places and keys; ``wait`` lets so many seconds pass for it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from functions.shared import Effect, Effects, EffectState, Found, Place, SharedAnswers

Wait = Callable[[float], Awaitable[None]]
MINUTE = timedelta(minutes=1)


async def look(answers: SharedAnswers, place: Place, holder: str = "a", lease: timedelta = MINUTE) -> Found:
    return await answers.find(place, fresh=MINUTE, holder=holder, lease=lease)


async def exercise_answers(answers: SharedAnswers, wait: Wait) -> None:
    place, other = Place("k1", "t1"), Place("k2", "t1")
    first = await look(answers, place)
    assert (first.answer, first.leased) == (None, True)
    assert not (await look(answers, place, "b")).leased, "another one has to wait"
    assert (await look(answers, place)).leased, "the holder renews its lease"
    assert (await look(answers, other, "b")).leased, "leases are by key"

    await answers.keep(place, first.generation, {"Баланс": [1, None, "x"]}, holder="a", keep_for=MINUTE)
    found = await look(answers, place, "b")
    assert found.answer is not None
    assert found.answer.outputs == {"Баланс": [1, None, "x"]}
    assert timedelta() <= found.answer.age < timedelta(seconds=5)
    assert not found.leased, "who has an answer needs no lease"

    await answers.release(other, holder="a")
    assert not (await look(answers, other, "c")).leased, "only the holder ends a lease"
    await answers.release(other, holder="b")
    assert (await look(answers, other, "c")).leased

    await answers.drop(["t1", "t-unknown"])
    assert (await look(answers, place, "a")).answer is None, "nothing of an earlier generation is found"
    await answers.keep(place, first.generation, {"x": 1}, holder="a", keep_for=MINUTE)
    assert (await look(answers, place, "a")).answer is None, "nothing of an earlier generation is kept"

    second = await look(answers, place, "a")
    await answers.keep(place, second.generation, {"x": 2}, holder="a", keep_for=timedelta(seconds=0.3))
    await wait(0.05)
    stale = await answers.find(place, fresh=timedelta(seconds=0.01), holder="b", lease=timedelta(seconds=0.1))
    assert stale.answer is not None, "an answer that is not fresh is given, and"
    assert stale.leased, "the lease to ask for a fresher one too"
    await wait(0.3)
    assert (await look(answers, place, "c")).answer is None, "answers end"
    await answers.find(Place("k3", "t3"), fresh=MINUTE, holder="a", lease=timedelta(seconds=0.1))
    await wait(0.2)
    assert (await look(answers, Place("k3", "t3"), "b")).leased, "leases end"


async def exercise_effects(effects: Effects, session_id: str) -> None:
    effect = Effect("key-1", "billing.pay", session_id, "pay", "c-1")
    assert await effects.begin(effect) is None
    assert await effects.begin(effect) == effect, "whether it was made is unknown"
    await effects.settle(replace(effect, state=EffectState.NOT_MADE))
    assert await effects.begin(effect) is None, "it was not made and may be"
    done = replace(effect, state=EffectState.DONE, outputs={"id": "п-1", "n": None})
    await effects.settle(done)
    assert await effects.begin(effect) == done
    refused = replace(effect, key="key-2", state=EffectState.REFUSED, code="ACTIVE", outputs={})
    assert await effects.begin(replace(effect, key="key-2")) is None
    await effects.settle(refused)
    assert await effects.begin(replace(effect, key="key-2", correlation_id="c-2")) == refused
