"""The step benchmark: its sums, and both walkers on the tests' own engine: few steps, no comparison."""

import asyncio

import aiohttp
import pytest

from bench.step.background import Background
from bench.step.results import BARE, OURS, Spread, ratios, requery_share
from bench.step.walkers import ASKING, CALLING, BareEngine, FacadeWalker, StepMissing
from bench.workers.system import CalledSystem
from stack.running import Running
from tests.eventually import eventually


def test_ratios_are_named_as_the_acceptance_names_them() -> None:
    spreads = {
        ("idle", OURS): Spread(2, 10, 30, 40),
        ("idle", BARE): Spread(2, 10, 20, 40),
        ("load", OURS): Spread(2, 10, 22, 40),
        ("load", BARE): Spread(2, 10, 20, 40),
    }
    assert ratios(spreads) == {"p95_idle_vs_bare": 1.5, "p95_load_vs_bare": 1.1}


def test_a_spread_is_in_milliseconds() -> None:
    assert Spread.of([number / 1000 for number in range(1, 102)]) == pytest.approx(Spread(101, 51, 96, 100))


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        ({}, {}, 0.0),
        ({}, {"notification": 99.0, "requery": 1.0}, 0.01),
        ({"notification": 10.0}, {"notification": 13.0, "requery": 1.0, "patience": 50.0}, 0.25),
    ],
)
def test_of_waits_that_a_step_ended_the_share_without_a_notification(
    before: dict[str, float], after: dict[str, float], share: float
) -> None:
    assert requery_share(before, after) == share


async def test_a_walker_goes_on_in_the_engine_itself(stack: Running) -> None:
    login = stack.credentials.engine
    system = CalledSystem()
    async with (
        system.serving(),
        aiohttp.ClientSession(
            f"{stack.urls['engine']}/",
            headers={"Authorization": aiohttp.encode_basic_auth(login.user, login.password)},
        ) as engine,
        aiohttp.ClientSession() as other,
    ):
        bare = BareEngine(engine, other, system.url(0))
        await bare.deploy()
        working = asyncio.create_task(bare.worker.work())
        for script, calls in ((ASKING, 0), (CALLING, 2)):
            walker = await bare.start(script, 0)
            first = walker.waiting
            assert await walker.next() > 0
            second = walker.waiting
            assert await walker.next() > 0
            assert len({first, second, walker.waiting}) == 3
            assert system.calls == calls
        working.cancel()
        await asyncio.wait([working])


async def test_a_walker_whose_step_is_refused_says_so(stack: Running) -> None:
    key = stack.credentials.api_keys.operator
    async with aiohttp.ClientSession(
        f"{stack.urls['facade']}/api/v1/", headers={"Authorization": f"Bearer {key}"}
    ) as api:
        walker = await FacadeWalker.start(api, "promised_payment")
        with pytest.raises(StepMissing, match="404"):
            await FacadeWalker.start(api, "no_such_script")
        background = Background([FacadeWalker(api, walker.session, "gone")], per_second=1000)
        async with background.working():
            await eventually(lambda: background.failed > 0)
        assert background.done == 0
