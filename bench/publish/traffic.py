"""The traffic behind the publications: sessions that start and go on at an even rate, all the time."""

import asyncio
import itertools
import uuid
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from bench.publish.judge import Start, now
from bench.publish.script import AGAIN, FINISH, SCRIPT

EVERYONE, HELD = "crm", "bot"
"""The channels: new sessions of the one get the newest release; a rule holds the other at the first."""
_HELD_EVERY = 5
"""Of so many starts, one comes from the channel that is held."""
_PATIENCE = 20
_STARTS_AT_ONCE = 16


class _Failed(Exception):
    """A request was not carried out; says how it was answered."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A live session and the step that it stands at."""

    session: str
    step: str
    key: str


class Traffic:
    """Starts and submits.

    Args:
        api: the facade as an operator sees it.
        live: sessions that are kept alive: what is above that is led to its end.
    """

    def __init__(self, api: aiohttp.ClientSession, live: int) -> None:
        self._api = api
        self._wanted = live
        self._waiting: deque[_Waiting] = deque()
        self._channels = itertools.cycle([HELD] + [EVERYONE] * (_HELD_EVERY - 1))
        self._under_way: set[asyncio.Task[None]] = set()
        self.starts: list[Start] = []
        self.submits = 0
        self.failures: Counter[str] = Counter()
        self.live = 0

    async def fill(self) -> None:
        """Start the live sessions, some at once."""

        async def some() -> None:
            while len(self.starts) + sum(self.failures.values()) < self._wanted:
                await self.start()

        async with asyncio.TaskGroup() as group:
            for _ in range(min(_STARTS_AT_ONCE, self._wanted)):
                group.create_task(some())

    async def start(self, channel: str | None = None) -> Start | None:
        """Start a session; None where that failed."""
        channel = channel or next(self._channels)
        try:
            session = await self._send("sessions", {"script": SCRIPT, "channel": channel})
        except _Failed as failed:
            self.failures[f"start: {failed}"] += 1
            return None
        created = datetime.fromisoformat(session["created"])
        start = Start(session["id"], channel, session["release"], created, now())
        self.starts.append(start)
        self.live += 1
        self._wait(session)
        return start

    async def submit(self) -> None:
        """Go on in the session that has waited longest."""
        if not self._waiting:
            return
        waiting = self._waiting.popleft()
        ends = waiting.key == "confirm" and self.live > self._wanted
        answers = {"said": "Да"} if waiting.key == "ask" else {"reply": FINISH if ends else AGAIN}
        try:
            session = await self._send(f"sessions/{waiting.session}/submit", {"step": waiting.step, "answers": answers})
        except _Failed as failed:
            self.failures[f"submit: {failed}"] += 1
            return
        self.submits += 1
        if session["state"] == "ended":
            self.live -= 1
        else:
            self._wait(session)

    @asynccontextmanager
    async def going(self, starts_per_second: float, submits_per_second: float) -> AsyncIterator[None]:
        """Start and submit at an even rate during the block, however long each takes."""
        pacing = [
            asyncio.create_task(self._pace(starts_per_second, self._start_one)),
            asyncio.create_task(self._pace(submits_per_second, self.submit)),
        ]
        try:
            yield
        finally:
            for each in pacing:
                each.cancel()
            await asyncio.gather(*pacing, *self._under_way, return_exceptions=True)

    async def _start_one(self) -> None:
        await self.start()

    async def _pace(self, per_second: float, act: Callable[[], Awaitable[None]]) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        for number in itertools.count():
            await asyncio.sleep(max(0.0, began + number / per_second - clock()))
            task = asyncio.ensure_future(act())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def _wait(self, session: Mapping[str, Any]) -> None:
        step = session["step"]
        if step is None:
            self.failures[f"no step, state {session['state']}"] += 1
        else:
            self._waiting.append(_Waiting(session["id"], step["id"], step["key"]))

    async def _send(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        try:
            async with self._api.post(path, json=body, headers=headers, params={"wait": _PATIENCE}) as response:
                if response.ok:
                    return await response.json()
                later = ", Retry-After" if "Retry-After" in response.headers else ""
                raise _Failed(f"{response.status}{later}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _Failed(type(error).__name__) from error
