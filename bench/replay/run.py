"""Replaying the sessions through the real facade, engine and workers, with the policies off and on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp

from bench.private_stack import FOLDER, private_stack
from bench.replay import policies
from bench.replay.judge import Judge
from bench.replay.operator import Operator, Sleep, Walked, session_of_operator
from bench.replay.results import Figures, figures
from bench.replay.systems import BAD_DAYS, QUICK, Systems, unchanged
from bench.replay.workload import ACCOUNTS, WITHIN, Walk
from stack.running import Running

_MARGIN = 15.0
"""Seconds: a customer who calls again later than answers live is not waited for any longer than this."""
_WARM_UP = "warm-up-"
_WARMING_UP = 30
"""Sessions that are walked first, at once and without thinking, by other customers."""

Say = Callable[[str], None]
"""Told how far things are."""


@dataclass(frozen=True)
class Pace:
    """How fast sessions come.

    Attributes:
        per_second: new calls a second, evenly.
        longest_gap: seconds to which longer gaps before a second call are cut.
    """

    per_second: float
    longest_gap: float


def chosen(walks: Sequence[Walk], sessions: int) -> list[Walk]:
    """About as many sessions: the first customers, and all of their second calls."""
    share = min(sessions / len(walks), 1)
    customers = round(sum(walk.follows is None for walk in walks) * share)
    return [walk for walk in walks if (walk.follows or walk.number) <= customers]


def measure(walks: Sequence[Walk], per_second: float, say: Say) -> tuple[Figures, Figures]:
    """Replay with the policies off, then on, each on an empty stack of its own.

    Returns:
        Both figures, off first.

    Raises:
        StackError: a stack doesn't start.
    """
    cut = policies.longest_use(policies.promises(), timedelta(seconds=WITHIN))
    pace = Pace(per_second, cut.total_seconds() + _MARGIN)
    without = policies.write_without(FOLDER / "declared-without-policies")
    return (_replayed("off", without, walks, pace, say), _replayed("on", policies.SHIPPED, walks, pace, say))


def _replayed(name: str, declared: Path, walks: Sequence[Walk], pace: Pace, say: Say) -> Figures:
    with private_stack(f"replay-{name}", {"SCRIPT_MANAGER_FUNCTIONS_PATH": str(declared)}) as stack:
        say(f"policies {name}: {len(walks)} sessions")
        return asyncio.run(_Replay(stack, policies.promises(declared), walks, pace, say).figures())


class _Replay:
    def __init__(
        self, stack: Running, promises: Sequence[policies.Promise], walks: Sequence[Walk], pace: Pace, say: Say
    ) -> None:
        self._stack = stack
        self._promises = promises
        self._walks = walks
        self._pace = pace
        self._say = say

    async def figures(self) -> Figures:
        accounts = sorted({walk.account for walk in self._walks})
        async with aiohttp.ClientSession() as client:
            systems = Systems(client, demo_systems(self._stack))
            await systems.behave(QUICK)
            await self._warm_up()
            await systems.reset()
            before = await systems.truth(self._promises, accounts)
            await systems.behave(BAD_DAYS)
            walked = await self._walk_all()
            await systems.behave(QUICK)
            truth = unchanged(before, await systems.truth(self._promises, accounts))
            calls = [call for call in await systems.calls() if not (call.correlation_id or "").startswith(_WARM_UP)]
        return figures(walked, calls, Judge(self._promises, calls, truth).wrong(walked))

    async def _warm_up(self) -> None:
        others = sorted({str(account) for account in ACCOUNTS} - {walk.account for walk in self._walks})
        walks = [_by_another(walk, account) for walk, account in zip(self._walks[:_WARMING_UP], others, strict=False)]
        async with self._operator(_not_at_all) as operator:
            await asyncio.gather(*(operator.walk(walk, f"{_WARM_UP}{walk.number}") for walk in walks))

    async def _walk_all(self) -> list[Walked]:
        ended = {walk.number: asyncio.Event() for walk in self._walks}
        counted = 0
        async with self._operator(asyncio.sleep) as operator:

            async def one(walk: Walk) -> Walked:
                nonlocal counted
                if walk.follows is None:
                    await asyncio.sleep((walk.number - 1) / self._pace.per_second)
                else:
                    await ended[walk.follows].wait()
                    await asyncio.sleep(min(walk.gap, self._pace.longest_gap))
                walked = await operator.walk(walk, f"replay-{walk.number}")
                ended[walk.number].set()
                counted += 1
                if counted % 100 == 0:
                    self._say(f"  {counted} sessions ended")
                return walked

            return list(await asyncio.gather(*map(one, self._walks)))

    @asynccontextmanager
    async def _operator(self, think: Sleep) -> AsyncIterator[Operator]:
        key = self._stack.credentials.api_keys.operator
        async with session_of_operator(self._stack.urls["facade"], key) as api:
            yield Operator(api, think)


def demo_systems(stack: Running) -> dict[str, str]:
    """The addresses of the demo systems behind the scripts that are replayed, by name."""
    backoffice = stack.urls["demo-backoffice"]
    below = ("customers", "inventory", "measurements", "knowledge")
    return {"billing": stack.urls["demo-billing"]} | {name: f"{backoffice}/{name}" for name in below}


def _by_another(walk: Walk, account: str) -> Walk:
    """The same walk by another customer."""
    return Walk.model_validate_json(walk.model_dump_json().replace(walk.account, account))


async def _not_at_all(_seconds: float) -> None:
    """Think for no time."""
