"""Measuring both walkers in turn: at rest, then with others behind them."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bench.private_stack import FOLDER, private_stack
from bench.step.background import Background, live_sessions
from bench.step.results import BARE, OURS, Case, Spread, requery_share
from bench.step.walkers import ASKING, CALLING, SCRIPTS, BareEngine, FacadeWalker, Walker
from bench.workers.system import CalledSystem
from stack import running
from stack.failures import StackError
from stack.folder import ROOT
from stack.running import Running

CASES = (
    Case("idle", "at rest", ASKING, loaded=False),
    Case("idle_function", "at rest, one function", CALLING, loaded=False),
    Case("load", "loaded", ASKING, loaded=True),
    Case("load_function", "loaded, one function", CALLING, loaded=True),
)
_STEPS = 20
"""Steps of one session, as many as a long call has."""
_WARM_UP = 200

Say = Callable[[str], None]
"""Told how far things are."""


@dataclass(frozen=True)
class Wish:
    """How much is measured.

    Attributes:
        samples: steps of each walker in each case.
        sessions: live ones behind it in the loaded cases.
        per_second: functions a second that they call.
    """

    samples: int
    sessions: int
    per_second: float


@dataclass(frozen=True)
class Measured:
    """All that was measured.

    Attributes:
        spreads: by case and walker.
        requery_share: of the waits for functions, how many no notification ended.
        facade_cpu_ms: processor milliseconds of the facade for a step, by case; what works behind is counted in.
        background_done: steps that the sessions behind have gone.
        background_failed: of those, how many failed.
    """

    spreads: Mapping[tuple[str, str], Spread]
    requery_share: float
    facade_cpu_ms: Mapping[str, float]
    background_done: int
    background_failed: int


async def measure(wish: Wish, say: Say) -> Measured:
    """Start a private stack, measure on it, and stop it.

    Raises:
        StackError: the stack doesn't start, or doesn't take the scripts.
        StepMissing: a measured walker does not come to its next step.
    """
    system = CalledSystem()
    async with system.serving():
        environment = {
            "SCRIPT_MANAGER_FUNCTIONS_PATH": str(_declared(FOLDER / "declared-step")),
            "SCRIPT_MANAGER_SYSTEM_BENCH_URL": system.url(0),
        }
        with private_stack("step", environment) as stack:
            _publish(stack, environment)
            async with _clients(stack) as (api, engine, other):
                bare = BareEngine(engine, other, system.url(0))
                await bare.deploy()
                working = asyncio.create_task(bare.worker.work())
                try:
                    return await _Measuring(stack, api, bare, wish, say).all()
                finally:
                    working.cancel()
                    await asyncio.wait([working])


class _Measuring:
    def __init__(self, stack: Running, api: aiohttp.ClientSession, bare: BareEngine, wish: Wish, say: Say) -> None:
        self._stack = stack
        self._api = api
        self._bare = bare
        self._wish = wish
        self._say = say
        self._spreads: dict[tuple[str, str], Spread] = {}
        self._cpu: dict[str, float] = {}

    async def all(self) -> Measured:
        self._say("warming up")
        for script in (ASKING, CALLING):
            await self._in_turn(script, _WARM_UP)
        waits = await self._waits()
        for case in CASES:
            if not case.loaded:
                await self._one(case, None)
        self._say(f"starting {self._wish.sessions} sessions")
        background = Background(await live_sessions(self._api, self._wish.sessions), self._wish.per_second)
        async with background.working():
            await self._in_turn(CALLING, _WARM_UP)
            for case in CASES:
                if case.loaded:
                    await self._one(case, background)
        share = requery_share(waits, await self._waits())
        return Measured(self._spreads, share, self._cpu, background.done, background.failed)

    async def _one(self, case: Case, background: Background | None) -> None:
        steps_before, cpu_before = background.done if background else 0, self._facade_cpu()
        found = await self._in_turn(case.script, self._wish.samples)
        steps = self._wish.samples + (background.done if background else 0) - steps_before
        self._cpu[case.name] = round((self._facade_cpu() - cpu_before) * 1000 / steps, 2)
        for walker, seconds in found.items():
            spread = self._spreads[case.name, walker] = Spread.of(seconds)
            self._say(f"{case.title}: {walker}: p50 {spread.p50:.1f} ms, p95 {spread.p95:.1f} ms")

    async def _in_turn(self, script: str, samples: int) -> dict[str, list[float]]:
        """Go on with ours, then with bare, then with ours again: what else the machine does, both meet."""
        count = -(-samples // _STEPS)
        walkers: dict[str, list[Walker]] = {
            OURS: [await FacadeWalker.start(self._api, script) for _ in range(count)],
            BARE: [await self._bare.start(script, number) for number in range(count)],
        }
        found: dict[str, list[float]] = {OURS: [], BARE: []}
        for number in range(samples):
            for name in (OURS, BARE):
                found[name].append(await walkers[name][number % count].next())
        return found

    async def _waits(self) -> dict[str, float]:
        async with self._api.get(f"{self._stack.urls['facade']}/metrics") as response:
            families = text_string_to_metric_families(await response.text())
        return {
            sample.labels["end"]: sample.value
            for family in families
            for sample in family.samples
            if sample.name == "script_manager_step_waits_total"
        }

    def _facade_cpu(self) -> float:
        process = running.read(self._stack.folder).parts["facade"].process()
        assert process is not None, "the facade runs"  # noqa: S101
        times = process.cpu_times()
        return float(times.user + times.system)


def _declared(folder: Path) -> Path:
    """The shipped declarations and the one that is measured."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "functions" / "declared", folder)
    shutil.copytree(ROOT / "bench" / "workers" / "declared", folder, dirs_exist_ok=True)
    return folder


def _publish(stack: Running, environment: Mapping[str, str]) -> None:
    login = stack.credentials.engine
    told = {
        "SCRIPT_MANAGER_DATABASE_URL": stack.database_url("script_manager"),
        "SCRIPT_MANAGER_ENGINE_URL": stack.urls["engine"],
        "SCRIPT_MANAGER_ENGINE_USER": login.user,
        "SCRIPT_MANAGER_ENGINE_PASSWORD": login.password,
    }
    folders = [str(SCRIPTS / script) for script in (ASKING, CALLING)]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-P", "-m", "player_api.releases", "publish", *folders],
        cwd=ROOT,
        env={**os.environ, **told, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StackError(f"The scripts of the benchmark were not published: {done.stdout[-2000:]}")


@asynccontextmanager
async def _clients(
    stack: Running,
) -> AsyncIterator[tuple[aiohttp.ClientSession, aiohttp.ClientSession, aiohttp.ClientSession]]:
    """The facade as an operator sees it, the engine's REST API, and a client for systems."""
    login, key = stack.credentials.engine, stack.credentials.api_keys.operator
    timeout = aiohttp.ClientTimeout(total=60)
    async with (
        aiohttp.ClientSession(
            f"{stack.urls['facade']}/api/v1/",
            headers={"Authorization": f"Bearer {key}"},
            connector=aiohttp.TCPConnector(limit=0),
            timeout=timeout,
        ) as api,
        aiohttp.ClientSession(
            f"{stack.urls['engine']}/",
            headers={"Authorization": aiohttp.encode_basic_auth(login.user, login.password)},
            timeout=timeout,
        ) as engine,
        aiohttp.ClientSession(timeout=timeout) as other,
    ):
        yield api, engine, other
