"""The same calls walked on three stacks at the same time, which differ in what their functions may do."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.calls.results import GROUP, Call, Tried
from bench.private_stack import FOLDER, private_stack
from bench.replay import policies
from bench.replay.judge import Run
from bench.replay.operator import Operator, session_of_operator
from bench.replay.run import Say, demo_systems
from bench.replay.systems import BAD_DAYS, QUICK, Systems
from bench.replay.workload import ACCOUNTS, SEED, Walk, conversations, make
from stack.running import Running

SCRIPT = "internet_support"
_WARMING_UP = 10
"""Sessions that are walked first, without thinking."""


@dataclass(frozen=True)
class Wish:
    """How much is measured.

    Attributes:
        sessions: that are walked on each stack.
        per_second: new calls a second on each.
        tries: of the group that asks several systems at once.
    """

    sessions: int
    per_second: float
    tries: int


@dataclass(frozen=True)
class Measured:
    """What came of the calls of each variant, and of trying the group."""

    calls: Mapping[str, Sequence[Call]]
    tried: Sequence[Tried]


def variants() -> Mapping[str, Path]:
    """The folders of declarations: without cache and prefetch, with cache, and with both.

    All have deadlines, retries and breakers, and none has a fallback, which would end what others wait for.
    """
    return {
        name: policies.write_without(FOLDER / f"declared-{name}", functions=(*left_out, "fallback"), systems=())
        for name, left_out in (
            ("nothing", ("cache", "invalidates", "prefetch")),
            ("cache", ("prefetch",)),
            ("prefetch", ()),
        )
    }


def measure(wish: Wish, say: Say) -> Measured:
    """Start a stack for each variant, walk the same calls on all at the same time, and stop them.

    Raises:
        StackError: a stack doesn't start.
    """
    walks = calls_of_support(wish.sessions)
    with ExitStack() as stacks:
        started = {
            name: stacks.enter_context(private_stack(f"calls-{name}", {"SCRIPT_MANAGER_FUNCTIONS_PATH": str(declared)}))
            for name, declared in variants().items()
        }
        say(f"walking {len(walks)} calls on each of {len(started)} stacks")
        return asyncio.run(_measure(started, walks, wish))


def calls_of_support(sessions: int) -> list[Walk]:
    """As many first calls of different customers to internet support, the same each time."""
    support = [one for one in conversations() if one.script == SCRIPT]
    return [walk for walk in make(support, SEED, sessions * 2) if walk.follows is None][:sessions]


async def _measure(stacks: Mapping[str, Running], walks: Sequence[Walk], wish: Wish) -> Measured:
    walked = await asyncio.gather(*(_walked(stack, walks, wish.per_second) for stack in stacks.values()))
    return Measured(dict(zip(stacks, walked, strict=True)), await _tried(stacks["nothing"], wish.tries))


async def _walked(stack: Running, walks: Sequence[Walk], per_second: float) -> list[Call]:
    async with (
        aiohttp.ClientSession() as client,
        session_of_operator(stack.urls["facade"], stack.credentials.api_keys.operator) as api,
    ):
        systems = Systems(client, demo_systems(stack))
        await systems.behave(QUICK)
        hurried = Operator(api, _not_at_all)
        spare = [str(account) for account in ACCOUNTS if str(account) not in {walk.account for walk in walks}]
        others = [_by(walk, account) for walk, account in zip(walks[:_WARMING_UP], spare, strict=False)]
        await asyncio.gather(*(hurried.walk(walk, f"warm-up-{walk.number}") for walk in others))
        await systems.reset()
        await systems.behave(BAD_DAYS)
        operator = Operator(api, asyncio.sleep)
        return list(await asyncio.gather(*(_one(operator, walk, at / per_second) for at, walk in enumerate(walks))))


async def _one(operator: Operator, walk: Walk, after: float) -> Call:
    await asyncio.sleep(after)
    began = time.monotonic()
    walked = await operator.walk(walk, f"call-{walk.number}")
    seconds = time.monotonic() - began
    runs = [run for run in Run.all_of(walked.history) if run.function == GROUP and run.source == "call"]
    return Call(
        number=walk.number,
        state=walked.state,
        steps=tuple(shown.key for shown in walked.shown),
        seconds=seconds,
        waiting=sum(walked.waits),
        groups=len(runs),
    )


async def _tried(stack: Running, tries: int) -> list[Tried]:
    """Try the group for different customers, one after another, while systems are as slow as before."""
    headers = {"Authorization": f"Bearer {stack.credentials.api_keys.author}"}
    found: list[Tried] = []
    async with aiohttp.ClientSession(f"{stack.urls['facade']}/api/v1/", headers=headers) as api:
        for account in [str(account) for account in ACCOUNTS][:tries]:
            async with api.post(f"functions/{GROUP}/try", json={"inputs": {"account": account}}) as response:
                response.raise_for_status()
                said = await response.json()
            if said["outcome"] == "succeeded":
                apart = [exchange["duration_ms"] / 1000 for exchange in said["exchanges"]]
                found.append(Tried(said["duration_ms"] / 1000, sum(apart)))
    return found


def _by(walk: Walk, account: str) -> Walk:
    return Walk.model_validate_json(walk.model_dump_json().replace(walk.account, account))


async def _not_at_all(_seconds: float) -> None:
    """Think for no time."""
