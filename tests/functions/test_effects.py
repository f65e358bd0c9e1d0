"""Irreversible calls: written down first, never made twice blindly."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import JsonValue

from functions.composition import Composition, Shared
from functions.context import Context
from functions.declaration import may_have_happened
from functions.errors import BusinessError, Permanent, Transient
from functions.invocation import Invocation
from functions.outcome import Ending, Failed, Outcome, Outputs, Refused, Succeeded
from functions.runner import RunnableFunction, Runs
from functions.shared import EffectKind, EffectState
from functions.source import Source
from functions.surroundings import Surroundings
from tests.functions.declared import ACCOUNT, CONTEXT, loaded, source
from tests.functions.exercise_shared import exercise_effects
from tests.functions.shared_in_memory import EffectsInMemory

KEY = CONTEXT.idempotency_key
LOST = Transient("timeout", "too late")


class World:
    """One function that changes something, irreversible unless said otherwise, run by one worker after another."""

    def __init__(self, *answers: Outputs | Exception, confirms: Ending | None = None, **fields: Any) -> None:
        self.effects = EffectsInMemory()
        self.script: list[Outputs | Exception] = list(answers)
        self.confirms = confirms
        self.asked: list[Mapping[str, JsonValue]] = []
        self.states_at_calls: list[EffectState] = []
        self.catalogue = loaded(source(**{"effect": "irreversible", "errors": None, **fields})).sound()

    async def run(self) -> Outcome:
        function = self.catalogue.functions["billing.get_balance"]
        surroundings = Surroundings(chance=random.Random(1))  # noqa: S311 - jitter
        composition = Composition(self.catalogue, Shared(effects=self.effects), surroundings)
        confirm = self.confirm if self.confirms is not None else None
        attempt = composition.around(self.call, function, confirm)
        runnable = RunnableFunction(function, attempt, Runs(lambda: 0.0))
        return await runnable.run({"account": ACCOUNT}, CONTEXT)

    async def call(self, invocation: Invocation) -> Outputs:
        invocation.attempts += 1
        self.states_at_calls.append(self.effects.known[KEY].state)
        answer = self.script.pop(0)
        if isinstance(answer, Transient | Permanent):
            invocation.doubtful |= may_have_happened(answer.cause)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def confirm(self, inputs: Mapping[str, JsonValue], _context: Context) -> Ending:
        self.asked.append(inputs)
        assert self.confirms is not None
        return self.confirms

    @property
    def state(self) -> EffectState:
        return self.effects.known[KEY].state


async def test_the_effects_in_memory_pass_the_exercise() -> None:
    await exercise_effects(EffectsInMemory(), "s-1")


async def test_it_is_written_down_before_it_is_called_and_settled_after() -> None:
    world = World({"balance": 1})
    assert (await world.run()).ending == Succeeded({"balance": 1})
    assert world.states_at_calls == [EffectState.BEGUN]
    assert world.state is EffectState.DONE


async def test_what_cannot_be_written_down_is_not_called() -> None:
    world = World({"balance": 1})
    world.effects.away = True
    message = "billing.get_balance: not called, because it can't be written down before"
    assert (await world.run()).ending == Failed("store", message, may_pass=True)
    assert world.states_at_calls == []


async def test_a_second_run_of_a_done_call_gives_what_it_gave() -> None:
    world = World({"balance": 1})
    await world.run()
    outcome = await world.run()
    assert outcome.ending == Succeeded({"balance": 1})
    assert (outcome.source, outcome.attempts) == (Source.RECORDED, 0)
    assert len(world.states_at_calls) == 1


async def test_a_second_run_of_a_refused_call_is_refused_alike() -> None:
    world = World(BusinessError("NO", {"why": 1}))
    assert (await world.run()).ending == Refused("NO", {"why": 1})
    assert (await world.run()).ending == Refused("NO", {"why": 1})
    assert len(world.states_at_calls) == 1


@pytest.mark.parametrize("error", [Transient("connect", "down"), Permanent("400", "no"), Transient("503", "busy")])
async def test_what_certainly_had_no_effect_may_be_called_again(error: Exception) -> None:
    world = World(error, {"balance": 2})
    assert isinstance((await world.run()).ending, Failed)
    assert world.state is EffectState.NOT_MADE
    assert (await world.run()).ending == Succeeded({"balance": 2})


@pytest.mark.parametrize("error", [LOST, Transient("broken", "x"), Transient("502", "x"), Permanent("unreadable", "x")])
async def test_what_may_have_happened_and_cannot_be_asked_is_an_incident_that_says_so(error: Exception) -> None:
    world = World(error)
    await world.run()
    assert world.state is EffectState.BEGUN
    message = "billing.get_balance: an earlier call may have been made: ask billing before trying again"
    for _ in range(2):
        assert (await world.run()).ending == Failed("unknown", message, may_pass=False)
    assert len(world.states_at_calls) == 1


async def test_a_system_that_knows_the_key_is_called_again() -> None:
    world = World(LOST, {"balance": 2}, idempotency_header="Key")
    await world.run()
    assert (await world.run()).ending == Succeeded({"balance": 2})
    assert world.state is EffectState.DONE


async def test_a_system_that_says_it_has_happened_is_believed() -> None:
    world = World(LOST, confirms=Succeeded({"balance": 7}), idempotency_header="Key")
    await world.run()
    outcome = await world.run()
    assert outcome.ending == Succeeded({"balance": 7})
    assert outcome.source is Source.CONFIRMED
    assert world.asked == [{"account": ACCOUNT, "idempotency_key": KEY}]
    assert len(world.states_at_calls) == 1
    assert (await world.run()).source is Source.RECORDED


async def test_a_system_that_says_it_has_not_happened_is_called() -> None:
    world = World(LOST, {"balance": 2}, confirms=Refused("NOT_HAPPENED", {}))
    await world.run()
    assert (await world.run()).ending == Succeeded({"balance": 2})


@pytest.mark.parametrize(
    ("confirms", "why"),
    [
        (
            Failed("connect", "billing.find: billing can't be reached", may_pass=True),
            "billing.find: billing can't be reached",
        ),
        (Refused("ODD", {}), "None answered ODD"),
    ],
)
async def test_a_system_that_cannot_be_asked_leaves_it_unknown(confirms: Ending, why: str) -> None:
    world = World(LOST, confirms=confirms)
    await world.run()
    message = f"billing.get_balance: an earlier call may have been made, and billing could not be asked: {why}"
    assert (await world.run()).ending == Failed("unknown", message, may_pass=False)
    assert len(world.states_at_calls) == 1


async def test_a_worker_that_dies_in_between_leaves_it_unknown() -> None:
    world = World()
    calling = asyncio.Event()

    async def dying(invocation: Invocation) -> Outputs:
        calling.set()
        await asyncio.Event().wait()
        return {}

    alive, world.call = world.call, dying  # type: ignore[method-assign]
    worker = asyncio.create_task(world.run())
    await calling.wait()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert world.state is EffectState.BEGUN
    world.call = alive  # type: ignore[method-assign]
    ending = (await world.run()).ending
    assert isinstance(ending, Failed)
    assert ending.cause == "unknown"


async def test_an_outcome_that_cannot_be_settled_still_counts() -> None:
    world = World({"balance": 1}, confirms=Succeeded({"balance": 1}))
    call = world.call

    async def then_away(invocation: Invocation) -> Outputs:
        outputs = await call(invocation)
        world.effects.away = True
        return outputs

    world.call = then_away  # type: ignore[method-assign]
    assert (await world.run()).ending == Succeeded({"balance": 1})
    world.effects.away = False
    assert (await world.run()).source is Source.CONFIRMED


@pytest.mark.parametrize(
    ("confirm", "sentence"),
    [
        ({"effect": "irreversible"}, "billing.find is not a read function"),
        ({}, "billing.find has no bpmn_error NOT_HAPPENED"),
        ({"inputs": [{"name": "other", "type": "string", "required": True}]}, "needs the input other"),
        ({"outputs": {}}, "billing.find does not give the output balance"),
    ],
)
def test_a_confirm_function_must_be_able_to_tell(confirm: dict[str, Any], sentence: str) -> None:
    call = {"http": {"method": "GET", "path": "/"}}
    found = loaded(
        source(effect="irreversible", errors=None, confirm="billing.find"),
        source(**{"name": "billing.find", "call": call, **confirm}),
    )
    assert any(sentence in mistake.sentence for mistake in found.mistakes)


async def test_a_compensable_call_is_recorded_with_what_its_undo_needs() -> None:
    world = World({"balance": 1}, effect="compensable", undo="billing.get_balance")
    await world.run()
    known = world.effects.known[KEY]
    assert (known.kind, known.inputs, known.outputs) == (EffectKind.COMPENSABLE, {"account": ACCOUNT}, {"balance": 1})
    assert (await world.run()).source is Source.RECORDED


async def test_a_compensable_call_that_may_have_been_made_is_made_again() -> None:
    world = World(LOST, {"balance": 2}, effect="compensable", undo="billing.get_balance")
    assert isinstance((await world.run()).ending, Failed)
    assert (await world.run()).ending == Succeeded({"balance": 2})
    assert world.state is EffectState.DONE
