"""The worker as a process of its own, for tests that begin and end it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from stack.running import Running
from tests.databases import fresh_database


@contextmanager
def migrated_database(stack: Running) -> Iterator[str]:
    """Yield the URL of a database of the test's own with the present schema."""
    with fresh_database(stack) as url:
        environment = os.environ | {"SCRIPT_MANAGER_DATABASE_URL": url}
        subprocess.run([sys.executable, "-m", "store", "migrate"], env=environment, check=True)
        yield url


class Process:
    """The worker process and its health endpoints."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False)

    async def until_ready(self, status: int) -> dict[str, Any]:
        async with asyncio.timeout(20):
            while True:
                try:
                    answer = await self.http.get("/health/ready")
                except httpx.TransportError:
                    answer = None
                if answer is not None and answer.status_code == status:
                    said: dict[str, Any] = answer.json()
                    return said
                await asyncio.sleep(0.05)


@asynccontextmanager
async def worker_process(
    engine: str, system: str, declared: Path, database: str, port: int, **engine_login: str
) -> AsyncIterator[Process]:
    """A worker; ``engine_login`` holds ``user`` and ``password`` where the engine asks for them."""
    settings = {f"SCRIPT_MANAGER_ENGINE_{name.upper()}": value for name, value in engine_login.items()}
    settings |= {
        "SCRIPT_MANAGER_DATABASE_URL": database,
        "SCRIPT_MANAGER_ENGINE_URL": engine,
        "SCRIPT_MANAGER_FUNCTIONS_PATH": str(declared),
        "SCRIPT_MANAGER_WORKERS_PORT": str(port),
        "SCRIPT_MANAGER_SYSTEM_BILLING_URL": system,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SCRIPT_MANAGER_")}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "workers", env=inherited | settings)
    running = Process(process, port)
    try:
        yield running
    finally:
        await running.http.aclose()
        if process.returncode is None:
            process.kill()
        await process.wait()
