"""Publishing and rolling back while sessions start and go on."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from bench.private_stack import private_stack
from bench.publish.authoring import Author
from bench.publish.engine_history import deployments_of_sessions
from bench.publish.judge import due, misrouted, mixed, now, versions
from bench.publish.results import PUBLISHED, ROLLED_BACK, TESTED, Measured, Switch
from bench.publish.traffic import EVERYONE, Traffic
from stack.running import Running

_POLL = 0.1
"""Seconds between two sessions that look for the new release."""
_PAUSE = 3.0
"""Seconds after each switch."""
_GIVES_UP_AFTER = 120.0
"""Seconds in which a new session must get the release that was switched to."""

Say = Callable[[str], None]
"""Told how far things are."""


class NeverSwitched(Exception):
    """No new session got the release that was switched to."""


@dataclass(frozen=True)
class Wish:
    """How much is measured.

    Attributes:
        sessions: live ones.
        publications: half of them with test cases.
        rollbacks: evenly among the publications.
        starts: sessions that start a second, beside those that look for the new release.
        submits: a second.
    """

    sessions: int
    publications: int
    rollbacks: int
    starts: float
    submits: float


async def measure(wish: Wish, say: Say) -> Measured:
    """Start a private stack, measure on it, and stop it.

    Raises:
        StackError: the stack doesn't start.
        PublicationRefused: a publication or a rollback is refused.
        NeverSwitched: new sessions don't get what was published.
    """
    with private_stack("publish", {}) as stack:
        async with _clients(stack) as (operator, admin, engine):
            return await _Measuring(Traffic(operator, wish.sessions), Author(admin), engine, wish, say).all()


class _Measuring:
    def __init__(self, traffic: Traffic, author: Author, engine: aiohttp.ClientSession, wish: Wish, say: Say) -> None:
        self._traffic = traffic
        self._author = author
        self._engine = engine
        self._wish = wish
        self._say = say
        self._answered: dict[int, datetime] = {}
        self._switches: list[Switch] = []

    async def all(self) -> Measured:
        await self._author.write("Первый")
        await self._author.hold(await self._author.publish(tested=False))
        await self._note()
        self._say(f"starting {self._wish.sessions} sessions")
        await self._traffic.fill()
        async with self._traffic.going(self._wish.starts, self._wish.submits):
            for kind in plan(self._wish.publications, self._wish.rollbacks):
                await asyncio.sleep(_PAUSE)
                await self._one(kind)
            await asyncio.sleep(_PAUSE)
        self._say("asking the engine's history")
        known = versions(await self._author.history(), self._answered)
        ran = await deployments_of_sessions(self._engine)
        starts = self._traffic.starts
        return Measured(
            switches=self._switches,
            starts=len(starts),
            submits=self._traffic.submits,
            failures=dict(self._traffic.failures),
            mixed=mixed(ran),
            misrouted=misrouted(starts, known),
            unseen=sorted({start.session for start in starts} - ran.keys()),
        )

    async def _one(self, kind: str) -> None:
        if kind != ROLLED_BACK:
            await self._author.write(f"Текст {len(self._switches) + 1}")
        switching = self._roll_back if kind == ROLLED_BACK else self._published(tested=kind == TESTED)
        release, seconds = await self._until_a_session_has_it(switching)
        self._switches.append(Switch(kind, release, seconds))
        self._say(f"{kind}: release {release} after {seconds:.2f} s")

    async def _until_a_session_has_it(self, switching: Callable[[], Awaitable[int]]) -> tuple[int, float]:
        """Switch; return the release and the seconds until the first new session on it was answered."""
        first: dict[int, float] = {}
        began = time.monotonic()
        switched = asyncio.ensure_future(switching())
        try:
            while time.monotonic() - began < _GIVES_UP_AFTER:
                start = await self._traffic.start(EVERYONE)
                if start is not None:
                    first.setdefault(start.release, time.monotonic() - began)
                if switched.done() and (release := switched.result()) in first:
                    return release, first[release]
                await asyncio.sleep(_POLL)
        finally:
            switched.cancel()
        raise NeverSwitched(f"No new session had the release {_GIVES_UP_AFTER:g} s after it was asked for.")

    def _published(self, *, tested: bool) -> Callable[[], Awaitable[int]]:
        async def publish() -> int:
            release = await self._author.publish(tested=tested)
            await self._note()
            return release

        return publish

    async def _roll_back(self) -> int:
        release = due((await self._author.roll_back())["rules"], EVERYONE)
        await self._note()
        if release is None:
            raise NeverSwitched("After a rollback no release is for everyone.")
        return release

    async def _note(self) -> None:
        """Keep that the version in force is known to be."""
        version = (await self._author.rollout())["version"]
        self._answered[version] = now()


def plan(publications: int, rollbacks: int) -> Iterator[str]:
    """What is done, in order: publications without and with test cases by turns, rollbacks evenly among them."""
    done = 0
    for number in range(1, publications + 1):
        yield PUBLISHED if number % 2 else TESTED
        while done < number * rollbacks // publications:
            done += 1
            yield ROLLED_BACK


@asynccontextmanager
async def _clients(
    stack: Running,
) -> AsyncIterator[tuple[aiohttp.ClientSession, aiohttp.ClientSession, aiohttp.ClientSession]]:
    """The facade as an operator and as an administrator see it, and the engine's REST API."""
    keys, login = stack.credentials.api_keys, stack.credentials.engine
    facade, timeout = f"{stack.urls['facade']}/api/v1/", aiohttp.ClientTimeout(total=120)
    async with (
        aiohttp.ClientSession(
            facade,
            headers={"Authorization": f"Bearer {keys.operator}"},
            connector=aiohttp.TCPConnector(limit=0),
            timeout=timeout,
        ) as operator,
        aiohttp.ClientSession(facade, headers={"Authorization": f"Bearer {keys.admin}"}, timeout=timeout) as admin,
        aiohttp.ClientSession(
            f"{stack.urls['engine']}/",
            headers={"Authorization": aiohttp.encode_basic_auth(login.user, login.password)},
            timeout=timeout,
        ) as engine,
    ):
        yield operator, admin, engine
