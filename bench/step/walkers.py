"""Who goes from one step to the next: an operator through the facade, and a client of the engine's own REST API."""

import asyncio
import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from bench.workers.bare_loop import BareLoop

SCRIPTS = Path(__file__).parent / "scripts"
ASKING, CALLING = "bench_asking", "bench_calling"
"""The scripts: one that asks again and again, one that calls a function in between."""
_FUNCTION = "bench.read_account"
_BARE_TOPIC = "bench.bare"
_PATIENCE = 20
"""Seconds that a next step may take."""
_accounts = itertools.count(10**9)


class StepMissing(Exception):
    """A next step did not come, or was refused."""


class Walker(Protocol):
    """Goes on in one session."""

    async def next(self) -> float:
        """Answer the step that waits; return the seconds until the next one is there.

        Raises:
            StepMissing: it does not come.
        """


@dataclass(slots=True)
class FacadeWalker:
    """An operator: one request, and where functions take longer than it waits, another one."""

    api: aiohttp.ClientSession
    session: str
    step: str

    @classmethod
    async def start(cls, api: aiohttp.ClientSession, script: str) -> "FacadeWalker":
        """Start a session.

        Raises:
            StepMissing: it has no first step.
        """
        async with api.post("sessions", json={"script": script, "channel": "crm"}) as response:
            session = await _read(response)
        return cls(api, session["id"], _step(session))

    async def next(self) -> float:
        """Answer the step that waits; return the seconds until the next one is there."""
        body = {"step": self.step, "answers": {"account": _account()}}
        began = time.perf_counter()
        path = f"sessions/{self.session}"
        async with self.api.post(
            f"{path}/submit", params={"wait": _PATIENCE}, json=body, headers={"Idempotency-Key": self.step}
        ) as response:
            session = await _read(response)
        took = time.perf_counter() - began
        self.step = _step(session)
        return took


class BareEngine:
    """The least that goes from one task to the next: complete it, see the function done, ask for the next task.

    Args:
        engine: session at the engine's REST API, with a login.
        system_url: what the function calls.
    """

    def __init__(self, engine: aiohttp.ClientSession, system: aiohttp.ClientSession, system_url: str) -> None:
        self.engine = engine
        told = {"BENCH_SYSTEM_URL": system_url, "BENCH_TOPIC": _BARE_TOPIC, "BENCH_SLOTS": "50"}
        self.worker = _TellingLoop(engine, system, told)
        self._definitions: dict[str, str] = {}

    async def deploy(self) -> None:
        """Make the scripts known to the engine under keys of their own, their function on a topic of its own."""
        form = aiohttp.FormData({"deployment-name": "bench-bare"})
        for script in (ASKING, CALLING):
            for file in sorted((SCRIPTS / script).iterdir()):
                text = file.read_text(encoding="utf-8").replace(script, _bare(script)).replace(_FUNCTION, _BARE_TOPIC)
                form.add_field(f"{script}/{file.name}", text.encode(), filename=f"{script}-bare-{file.name}")
        async with self.engine.post("deployment/create", data=form) as response:
            await _read(response)

    async def start(self, script: str, number: int) -> "BareWalker":
        """Start an instance."""
        key = f"{_bare(script)}-{number}"
        async with self.engine.post(
            f"process-definition/key/{_bare(script)}/start", json={"businessKey": key}
        ) as response:
            await _read(response)
        return BareWalker(self, key, await self.task(key), calls=script == CALLING)

    async def task(self, key: str) -> str:
        """The id of the task that waits."""
        query = {"processInstanceBusinessKey": key, "sortBy": "created", "sortOrder": "asc"}
        async with self.engine.get("task", params=query) as response:
            tasks = await _read(response)
        if not tasks:
            raise StepMissing(f"no task waits in {key}")
        return str(tasks[0]["id"])


@dataclass(slots=True)
class BareWalker:
    """One instance, asked directly."""

    bare: BareEngine
    key: str
    waiting: str
    calls: bool

    async def next(self) -> float:
        """Complete the task that waits; return the seconds until the next one is known."""
        body = {"variables": {"account": {"value": _account()}}}
        began = time.perf_counter()
        done = self.bare.worker.told(self.key)
        async with self.bare.engine.post(f"task/{self.waiting}/complete", json=body) as response:
            if not response.ok:
                await _read(response)
        if self.calls:
            async with asyncio.timeout(_PATIENCE):
                await done
        self.waiting = await self.bare.task(self.key)
        return time.perf_counter() - began


class _TellingLoop(BareLoop):
    """A bare worker that tells who waits for a task that it has completed."""

    def __init__(self, engine: aiohttp.ClientSession, system: aiohttp.ClientSession, told: Mapping[str, str]) -> None:
        super().__init__(engine, system, told)
        self._waiting: dict[str, asyncio.Future[None]] = {}

    def told(self, key: str) -> "asyncio.Future[None]":
        """What is done when the next task of this business key is completed."""
        waiting = self._waiting[key] = asyncio.get_running_loop().create_future()
        return waiting

    async def _serve(self, task: Mapping[str, Any]) -> None:
        await super()._serve(task)
        if waiting := self._waiting.pop(task["businessKey"], None):
            waiting.set_result(None)


def _bare(script: str) -> str:
    return f"{script}_bare"


def _account() -> str:
    """Ten digits that were never asked for before: no policy saves a call."""
    return str(next(_accounts))


async def _read(response: aiohttp.ClientResponse) -> Any:
    if not response.ok:
        raise StepMissing(f"{response.url.path}: {response.status} {(await response.text())[:300]}")
    return None if response.status == 204 else await response.json()


def _step(session: Mapping[str, Any]) -> str:
    if not session["step"]:
        raise StepMissing(f"session {session['id']} is {session['state']}")
    return str(session["step"]["id"])
