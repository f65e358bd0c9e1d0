"""The tasks that workers are measured with: process instances with one external task each, in a private engine."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp

from stack.running import Running

_PROCESS = Path(__file__).with_name("waiting.bpmn")
_KEY = "bench_waiting"
_STARTS_AT_ONCE = 16
_LOOK_AGAIN = 0.25
"""Seconds."""


class TasksUnfinished(Exception):
    """A worker did not complete its tasks in time."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Tasks that were made together, found again by the beginning of their business keys.

    Attributes:
        run: tells the batches of one benchmark from those of another in the same engine, 32 bits.
        number: of the batch, from 1.
        size: how many tasks.
    """

    run: int
    number: int
    size: int

    def business_key(self, index: int) -> str:
        """The key of one of its process instances: the form of a session's id, as the facade gives it."""
        return f"{self.prefix}-4000-8000-{index:012x}"

    def account(self, index: int) -> str:
        """Ten digits that no other task of this benchmark has."""
        return str(10**9 + (self.run + self.number * 10**6 + index) % (9 * 10**9))

    @property
    def prefix(self) -> str:
        """What the keys of this batch alone begin with."""
        return f"{self.run:08x}-{self.number:04x}"


class Tasks:
    """Makes batches and says when they were completed.

    Args:
        engine: session at the REST API's address, with a login.
        run: see ``Batch``.
    """

    def __init__(self, engine: aiohttp.ClientSession, run: int) -> None:
        self._engine = engine
        self._run = run
        self._batches = 0

    async def deploy(self) -> None:
        """Make the process known to the engine."""
        form = aiohttp.FormData({"deployment-name": "bench"})
        form.add_field("waiting.bpmn", _PROCESS.read_bytes(), filename="waiting.bpmn", content_type="text/xml")
        async with self._engine.post("deployment/create", data=form) as response:
            response.raise_for_status()

    async def make(self, topic: str, size: int) -> Batch:
        """Let ``size`` tasks wait for the workers of ``topic``."""
        self._batches += 1
        batch = Batch(self._run, self._batches, size)
        indexes = iter(range(size))

        async def start_some() -> None:
            for index in indexes:
                await self._start(batch, index, topic)

        async with asyncio.TaskGroup() as group:
            for _ in range(_STARTS_AT_ONCE):
                group.create_task(start_some())
        return batch

    async def _start(self, batch: Batch, index: int, topic: str) -> None:
        key = batch.business_key(index)
        account = batch.account(index)
        variables = {"topic": topic, "account": account, "customer": account, "correlationId": key}
        body = {"businessKey": key, "variables": {name: {"value": value} for name, value in variables.items()}}
        async with self._engine.post(f"process-definition/key/{_KEY}/start", json=body) as response:
            response.raise_for_status()

    async def completed(self, batch: Batch, patience: float) -> list[datetime]:
        """Wait until all tasks of a batch are completed.

        Args:
            batch: the batch.
            patience: seconds.

        Returns:
            When each was, by the engine's clock, the first first.

        Raises:
            TasksUnfinished: they are not within ``patience``.
        """
        wanted = {"processInstanceBusinessKeyLike": f"{batch.prefix}-%", "finished": "true"}
        clock = asyncio.get_running_loop().time
        until = clock() + patience
        while (found := await self._count(wanted)) < batch.size:
            if clock() > until:
                raise TasksUnfinished(f"{found} of {batch.size} tasks were completed within {patience:g} seconds")
            await asyncio.sleep(_LOOK_AGAIN)
        query = {**wanted, "sortBy": "endTime", "sortOrder": "asc"}
        async with self._engine.get("history/process-instance", params=query) as response:
            response.raise_for_status()
            return [datetime.fromisoformat(instance["endTime"]) for instance in await response.json()]

    async def _count(self, query: dict[str, str]) -> int:
        async with self._engine.get("history/process-instance/count", params=query) as response:
            response.raise_for_status()
            return int((await response.json())["count"])


@asynccontextmanager
async def tasks_in(stack: Running) -> AsyncIterator[Tasks]:
    """Open the engine of a stack for making tasks."""
    login = stack.credentials.engine
    async with aiohttp.ClientSession(
        f"{stack.urls['engine']}/",
        headers={"Authorization": aiohttp.encode_basic_auth(login.user, login.password)},
        timeout=aiohttp.ClientTimeout(total=60),
    ) as engine:
        tasks = Tasks(engine, secrets.randbits(32))
        await tasks.deploy()
        yield tasks
