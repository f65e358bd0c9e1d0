"""Policies around a call, composed as they are in production."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.composition import Composition, Shared
from functions.context import Context
from functions.errors import BusinessError, Permanent, Transient
from functions.invocation import Invocation
from functions.outcome import Failed, Outcome, Outputs, Succeeded
from functions.runner import RunnableFunction, Runs
from functions.source import Source
from functions.surroundings import Surroundings
from tests.functions.declared import ACCOUNT, CONTEXT, SYSTEM, loaded, source
from tests.functions.exercise_shared import exercise_answers
from tests.functions.shared_in_memory import AnswersInMemory

CACHE = {"ttl": "60s", "scope": "session"}
BREAKER = {"failures": 3, "pause": "10s"}


class Clock:
    """Time that passes when something sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


class World:
    """One or more processes around one store and one system whose answers the test gives."""

    def __init__(self, *answers: Outputs | Exception, **fields: Any) -> None:
        self.clock = Clock()
        self.answers = AnswersInMemory(self.clock)
        self.script: list[Outputs | Exception] = list(answers)
        self.calls: list[dict[str, Any]] = []
        self.called = asyncio.Event()
        self.held: asyncio.Event | None = None
        system = source(SYSTEM, breaker=fields.pop("breaker", None))
        pay = source(
            name="billing.pay",
            effect="irreversible",
            idempotency_header="Key",
            invalidates=fields.pop("paying_invalidates", []),
        )
        self.catalogue = loaded(system, source(**fields), pay).sound()

    def process(self, name: str = "billing.get_balance", *, shared: bool = True) -> RunnableFunction:
        surroundings = Surroundings(self.clock, self.clock.sleep, random.Random(1))  # noqa: S311 - jitter
        composition = Composition(self.catalogue, Shared(self.answers if shared else None), surroundings)
        function = self.catalogue.functions[name]
        attempt = composition.around(self.call, function, None)
        return RunnableFunction(function, attempt, Runs(self.clock))

    async def call(self, invocation: Invocation) -> Outputs:
        invocation.attempts += 1
        self.calls.append(dict(invocation.inputs))
        self.called.set()
        answer = self.script.pop(0) if self.script else {"balance": len(self.calls)}
        if self.held is not None:
            await self.held.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer


async def run(process: RunnableFunction, context: Context = CONTEXT, account: str = ACCOUNT) -> Outcome:
    return await process.run({"account": account}, context)


def balance(outcome: Outcome) -> object:
    assert isinstance(outcome.ending, Succeeded)
    return outcome.ending.outputs["balance"]


async def gathered(world: World, *runs: Awaitable[Outcome]) -> Sequence[Outcome]:
    """Run at once; the system answers when everything else stands still."""
    world.held = asyncio.Event()
    tasks = [asyncio.ensure_future(one) for one in runs]
    for _ in range(20):
        await asyncio.sleep(0)
    world.held.set()
    return await asyncio.gather(*tasks)


DOWN = Transient("connect", "billing can't be reached")


async def test_the_answers_in_memory_pass_the_exercise() -> None:
    clock = Clock()
    await exercise_answers(AnswersInMemory(clock), clock.sleep)


class TestRetry:
    async def test_pauses_grow_and_are_random(self) -> None:
        world = World(*[DOWN] * 4, retry={"attempts": 5, "on": ["connect"], "backoff": "100ms..300ms"}, deadline="1m")
        before = world.clock.now
        outcome = await run(world.process())
        assert balance(outcome) == 5
        assert outcome.attempts == 5
        assert 0 < world.clock.now - before <= 0.1 + 0.2 + 0.3 + 0.3

    async def test_other_causes_are_not_tried_again(self) -> None:
        world = World(Transient("broken", "broken"), retry={"attempts": 5, "on": ["connect"]})
        assert (await run(world.process())).attempts == 1


class TestLimit:
    @pytest.mark.parametrize(("fields", "most"), [({"limits": {"concurrency": 2}}, 2), ({}, 10)])
    async def test_a_function_makes_no_more_calls_at_once_than_declared(
        self, fields: dict[str, Any], most: int
    ) -> None:
        world = World(**fields)
        world.held = asyncio.Event()
        process = world.process()
        running = [asyncio.create_task(run(process)) for _ in range(10)]
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(world.calls) == most
        world.held.set()
        await asyncio.gather(*running)
        assert len(world.calls) == 10


class TestBreaker:
    async def test_opens_after_failures_in_a_row_and_lets_one_call_try(self) -> None:
        world = World(*[DOWN] * 4, breaker=BREAKER)
        process = world.process()
        for _ in range(3):
            await run(process)
        outcome = await run(process)
        message = "billing.get_balance: billing is not called for the moment: 3 calls in a row failed"
        assert outcome.ending == Failed("open", message, may_pass=True)
        assert len(world.calls) == 3
        world.clock.now += 10
        await run(process)
        assert (await run(process)).ending == Failed("open", message.replace("3", "4"), may_pass=True)
        assert len(world.calls) == 4, "the one that tried failed: open again"
        world.clock.now += 10
        assert balance(await run(process)) == 5
        assert balance(await run(process)) == 6

    @pytest.mark.parametrize("error", [BusinessError("X", {}), Permanent("400", "no"), Transient("429", "busy")])
    async def test_a_system_that_answers_is_not_down(self, error: Exception) -> None:
        world = World(*[error] * 9, breaker=BREAKER)
        process = world.process()
        for _ in range(9):
            await run(process)
        assert len(world.calls) == 9

    async def test_a_system_that_never_answers_is_down(self) -> None:
        world = World(breaker=BREAKER, deadline="10ms")
        world.held = asyncio.Event()
        process = world.process()
        for _ in range(4):
            outcome = await run(process)
        assert isinstance(outcome.ending, Failed)
        assert outcome.ending.cause == "open"

    async def test_only_one_call_tries_at_a_time(self) -> None:
        world = World(*[DOWN] * 3, breaker=BREAKER)
        process = world.process()
        for _ in range(3):
            await run(process)
        world.clock.now += 10
        outcomes = await gathered(world, *(run(process) for _ in range(5)))
        assert [isinstance(outcome.ending, Succeeded) for outcome in outcomes].count(True) == 1


class TestCache:
    @pytest.mark.parametrize("shared", [True, False])
    async def test_an_answer_is_used_again_until_its_time_is_over(self, shared: bool) -> None:
        world = World(cache=CACHE)
        process = world.process(shared=shared)
        assert balance(await run(process)) == 1
        world.clock.now += 59
        outcome = await run(process)
        assert balance(outcome) == 1
        assert (outcome.attempts, outcome.source) == (0, Source.MEMORY)
        world.clock.now += 2
        assert balance(await run(process)) == 2

    async def test_another_process_uses_it_too(self) -> None:
        world = World(cache=CACHE)
        await run(world.process())
        outcome = await run(world.process())
        assert (balance(outcome), outcome.source) == (1, Source.CACHE)

    @pytest.mark.parametrize(
        ("scope", "other", "same"),
        [
            ("session", {}, True),
            ("session", {"session_id": "s-2"}, False),
            ("session", {"tenant": "south"}, False),
            ("customer", {"session_id": "s-2"}, True),
            ("customer", {"customer": "anna"}, False),
            ("customer", {"tenant": "south"}, False),
            ("global", {"session_id": "s-2", "customer": "anna"}, True),
            ("global", {"tenant": "south"}, False),
        ],
    )
    async def test_nobody_gets_an_answer_that_is_not_for_them(
        self, scope: str, other: dict[str, str], same: bool
    ) -> None:
        world = World(cache={"ttl": "60s", "scope": scope})
        context = replace(CONTEXT, tenant="north", customer="ivan")
        for process in (world.process(), world.process()):
            await run(process, context)
            await run(process, replace(context, **other))
        assert len(world.calls) == (1 if same else 2)

    async def test_without_a_customer_the_answer_is_for_the_session_alone(self) -> None:
        world = World(cache={"ttl": "60s", "scope": "customer"})
        process = world.process()
        for session in ("s-1", "s-1", "s-2"):
            await run(process, replace(CONTEXT, session_id=session))
        assert len(world.calls) == 2

    async def test_without_a_session_nothing_is_kept(self) -> None:
        world = World(cache=CACHE)
        process = world.process()
        for _ in range(2):
            await run(process, replace(CONTEXT, session_id=None))
        assert len(world.calls) == 2

    async def test_other_inputs_are_another_question(self) -> None:
        world = World(cache=CACHE)
        process = world.process()
        for account in ("1111111111", "2222222222"):
            await run(process, account=account)
        assert len(world.calls) == 2

    @pytest.mark.parametrize("error", [DOWN, BusinessError("X", {}), Permanent("400", "no")])
    async def test_errors_are_not_kept(self, error: Exception) -> None:
        world = World(error, cache=CACHE)
        process = world.process()
        await run(process)
        assert balance(await run(process)) == 2

    async def test_without_the_store_the_call_is_made(self) -> None:
        world = World(cache=CACHE)
        world.answers.away = True
        for _ in range(2):
            assert isinstance((await run(world.process())).ending, Succeeded)
        assert len(world.calls) == 2

    async def test_the_store_may_go_away_during_the_call(self) -> None:
        world = World(cache=CACHE)
        world.held = asyncio.Event()
        running = asyncio.create_task(run(world.process()))
        await world.called.wait()
        world.answers.away = True
        world.held.set()
        assert balance(await running) == 1


class TestSingleFlight:
    async def test_one_call_serves_all_who_ask_at_the_same_moment(self) -> None:
        world = World(cache=CACHE)
        process = world.process()
        outcomes = await gathered(world, *(run(process) for _ in range(10)))
        assert [balance(outcome) for outcome in outcomes] == [1] * 10
        assert len(world.calls) == 1
        assert sorted(outcome.source for outcome in outcomes) == [Source.CALL, *[Source.SHARED] * 9]

    async def test_also_across_processes(self) -> None:
        world = World(cache=CACHE, deadline="1m")
        outcomes = await gathered(world, *(run(world.process()) for _ in range(3)))
        assert [balance(outcome) for outcome in outcomes] == [1, 1, 1]
        assert len(world.calls) == 1

    async def test_a_process_that_died_while_asking_is_not_waited_for_for_ever(self) -> None:
        world = World(cache=CACHE, deadline="2s")
        world.held = asyncio.Event()
        dying = asyncio.create_task(run(world.process()))
        await world.called.wait()
        before = world.clock.now
        world.held = None
        assert balance(await run(world.process())) == 2
        assert world.clock.now - before < 4
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)

    async def test_a_failure_is_shared_and_then_forgotten(self) -> None:
        world = World(DOWN, cache=CACHE)
        process = world.process()
        outcomes = await gathered(world, *(run(process) for _ in range(3)))
        assert all(isinstance(outcome.ending, Failed) for outcome in outcomes)
        assert balance(await run(process)) == 2

    async def test_who_is_cut_off_does_not_take_the_others_along(self) -> None:
        world = World(cache=CACHE)
        world.held = asyncio.Event()
        process = world.process()
        first, second = (asyncio.create_task(run(process)) for _ in range(2))
        await world.called.wait()
        first.cancel()
        world.held.set()
        assert balance(await second) == 1
        assert len(world.calls) == 1


class TestFallback:
    async def test_a_stale_answer_serves_while_the_system_is_down(self) -> None:
        world = World({"balance": 1}, DOWN, DOWN, cache=CACHE, fallback={"stale": "1h"})
        process = world.process()
        await run(process)
        world.clock.now += 1800
        outcome = await run(process)
        assert outcome.ending == Succeeded({"balance": 1}, timedelta(seconds=1800))
        assert outcome.source is Source.STALE
        world.clock.now += 1801
        assert isinstance((await run(process)).ending, Failed), "an hour is over"

    async def test_all_who_share_a_failed_call_get_the_stale_answer(self) -> None:
        world = World({"balance": 1}, DOWN, cache=CACHE, fallback={"stale": "1h"})
        process = world.process()
        await run(process)
        world.clock.now += 61
        outcomes = await gathered(world, *(run(process) for _ in range(3)))
        assert [(balance(outcome), outcome.source) for outcome in outcomes] == [(1, Source.STALE)] * 3

    async def test_a_declared_value_serves_too(self) -> None:
        world = World(DOWN, fallback={"value": {"balance": 0}})
        outcome = await run(world.process())
        assert (balance(outcome), outcome.source) == (0, Source.VALUE)

    @pytest.mark.parametrize("error", [Permanent("400", "no"), BusinessError("X", {})])
    async def test_an_answer_is_never_replaced(self, error: Exception) -> None:
        world = World(error, fallback={"value": {"balance": 0}})
        assert not isinstance((await run(world.process())).ending, Succeeded)

    async def test_manual_entry_is_offered_with_the_failure(self) -> None:
        world = World(DOWN, fallback={"manual": "manual_balance.form"})
        ending = (await run(world.process())).ending
        assert isinstance(ending, Failed)
        assert ending.manual == "manual_balance.form"


class TestInvalidation:
    def world(self, *answers: Outputs | Exception, **fields: Any) -> World:
        return World(*answers, cache=CACHE, paying_invalidates=["billing.get_balance"], **fields)

    async def test_a_payment_makes_the_balance_be_asked_again(self) -> None:
        world = self.world({"balance": 100}, {"balance": 0}, {"balance": 50})
        first, second = world.process(), world.process()
        assert balance(await run(first)) == 100
        await run(world.process("billing.pay"))
        assert balance(await run(second)) == 50
        assert balance(await run(first)) == 50, "no process remembers what another may have changed"

    async def test_others_keep_their_answers(self) -> None:
        world = self.world()
        process = world.process()
        other = replace(CONTEXT, session_id="s-2")
        await run(process, other)
        await run(world.process("billing.pay"))
        assert balance(await run(process, other)) == 1

    async def test_an_answer_that_was_under_way_during_the_payment_is_not_kept(self) -> None:
        world = self.world()
        world.held = asyncio.Event()
        process = world.process()
        under_way = asyncio.create_task(run(process))
        await world.called.wait()
        held, world.held = world.held, None
        await run(world.process("billing.pay"))
        held.set()
        assert balance(await under_way) == 1
        assert balance(await run(process)) == 3

    @pytest.mark.parametrize(("doubtful", "asked_again"), [(True, True), (False, False)])
    async def test_a_payment_that_may_have_happened_counts(self, doubtful: bool, asked_again: bool) -> None:
        world = self.world()
        process = world.process()
        await run(process)
        call: Callable[[Invocation], Awaitable[Outputs]] = world.call

        async def failing(invocation: Invocation) -> Outputs:
            invocation.doubtful = doubtful
            return await call(invocation)

        world.call = failing  # type: ignore[method-assign]
        world.script = [Transient("timeout", "too late")]
        await run(world.process("billing.pay"))
        outcome = await run(process)
        assert (outcome.source is Source.CALL) == asked_again

    async def test_a_payment_counts_even_when_the_store_is_away(self) -> None:
        world = self.world()
        world.answers.away = True
        assert isinstance((await run(world.process("billing.pay"))).ending, Succeeded)
