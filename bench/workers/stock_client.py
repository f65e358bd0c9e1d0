"""The published asynchronous Python client, unmodified. ``python -m bench.workers.stock_client``.

Reads the same environment as the bare loop.
"""

import asyncio
import os
import signal
from collections.abc import Mapping

import aiohttp
from camunda.external_task.async_external_task_worker import AsyncExternalTaskWorker
from camunda.external_task.external_task import ExternalTask, TaskResult


async def main(told: Mapping[str, str]) -> None:
    """Work until SIGTERM."""
    config = {
        "auth_basic": {"username": told["BENCH_USER"], "password": told["BENCH_PASSWORD"]},
        "maxConcurrentTasks": int(told["BENCH_SLOTS"]),
        "asyncResponseTimeout": 5_000,
        "lockDuration": 60_000,
        "sleepSeconds": 0,
    }
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=int(told["BENCH_SLOTS"]))) as system:

        async def serve(task: ExternalTask) -> TaskResult:
            async with system.get(f"{told['BENCH_SYSTEM_URL']}/accounts/{task.get_variable('account')}") as response:
                answer = await response.json()
            result: TaskResult = task.complete({"balance": answer["balance"]["amount"]})
            return result

        worker = AsyncExternalTaskWorker("stock-python", told["BENCH_ENGINE_URL"], config)
        working = asyncio.create_task(worker.subscribe({told["BENCH_TOPIC"]: serve}, variables=["account"]))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
        await asyncio.wait([working])


if __name__ == "__main__":
    asyncio.run(main(os.environ))
