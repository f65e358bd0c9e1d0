"""The least that a worker can be: fetch, call, complete, with nothing around it. ``python -m bench.workers.bare_loop``.

No retries, no lock extension, no errors, no journal: the floor that our workers are held against.
"""

import asyncio
import os
import signal
from collections.abc import Mapping
from typing import Any

import aiohttp


class BareLoop:
    """Works on one topic with a number of slots.

    Args:
        session: of the engine's REST API, with its address and login.
        told: what the environment says, see ``main``.
    """

    def __init__(self, engine: aiohttp.ClientSession, system: aiohttp.ClientSession, told: Mapping[str, str]) -> None:
        self._engine = engine
        self._system = system
        self._system_url = told["BENCH_SYSTEM_URL"]
        self._topic = {"topicName": told["BENCH_TOPIC"], "lockDuration": 60_000, "variables": ["account"]}
        self._slots = int(told["BENCH_SLOTS"])
        self._running: set[asyncio.Task[None]] = set()
        self._freed = asyncio.Event()

    async def work(self) -> None:
        """Fetch and serve for ever."""
        while True:
            free = self._slots - len(self._running)
            if not free:
                self._freed.clear()
                await self._freed.wait()
                continue
            for task in await self._fetch(free):
                running = asyncio.create_task(self._serve(task))
                self._running.add(running)
                running.add_done_callback(self._ended)

    async def _fetch(self, free: int) -> list[dict[str, Any]]:
        body = {"workerId": "bare-loop", "maxTasks": free, "asyncResponseTimeout": 5_000, "topics": [self._topic]}
        async with self._engine.post("external-task/fetchAndLock", json=body) as response:
            response.raise_for_status()
            tasks: list[dict[str, Any]] = await response.json()
            return tasks

    async def _serve(self, task: Mapping[str, Any]) -> None:
        account = task["variables"]["account"]["value"]
        async with self._system.get(f"{self._system_url}/accounts/{account}") as response:
            answer = await response.json()
        variables = {"balance": {"type": "Integer", "value": answer["balance"]["amount"]}}
        body = {"workerId": "bare-loop", "variables": variables}
        async with self._engine.post(f"external-task/{task['id']}/complete", json=body) as response:
            response.raise_for_status()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._freed.set()
        task.result()


async def main(told: Mapping[str, str]) -> None:
    """Work until SIGTERM.

    Args:
        told: ``BENCH_ENGINE_URL``, ``BENCH_USER``, ``BENCH_PASSWORD``, ``BENCH_TOPIC``, ``BENCH_SYSTEM_URL`` and
            ``BENCH_SLOTS``.
    """
    login = {"Authorization": aiohttp.encode_basic_auth(told["BENCH_USER"], told["BENCH_PASSWORD"])}
    limit = int(told["BENCH_SLOTS"]) + 1
    async with (
        aiohttp.ClientSession(
            f"{told['BENCH_ENGINE_URL']}/", headers=login, connector=aiohttp.TCPConnector(limit=limit)
        ) as engine,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=limit)) as system,
    ):
        working = asyncio.create_task(BareLoop(engine, system, told).work())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
        await asyncio.wait([working])


if __name__ == "__main__":
    asyncio.run(main(os.environ))
