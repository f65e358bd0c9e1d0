"""``python -m workers`` as it is shipped: a process between an engine and a system, both on real sockets."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

from engine import Engine, EngineSettings
from stack.running import Running
from tests.databases import fresh_database
from tests.fakes.engine import PATH, FakeEngine
from tests.fakes.scenario import Ask, CallFunction, Scenario
from tests.functions.declared import FUNCTION, SYSTEM
from tests.functions.raw_system import always, http, raw_system

SCENARIO = Scenario("balance", (CallFunction("billing.get_balance"), Ask("tell")))


@asynccontextmanager
async def listening(app: ASGIApp, bound: socket.socket) -> AsyncIterator[None]:
    bound.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server._serve(sockets=[bound]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def declared(tmp_path: Path) -> Path:
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "billing.yaml").write_text(SYSTEM, encoding="utf-8")
    (tmp_path / "billing.get_balance.yaml").write_text(FUNCTION, encoding="utf-8")
    return tmp_path


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
async def worker_process(engine: str, system: str, declared: Path, database: str, port: int) -> AsyncIterator[Process]:
    settings = {
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


@pytest.fixture(scope="module")
def database(stack: Running) -> Iterator[str]:
    with fresh_database(stack) as url:
        environment = os.environ | {"SCRIPT_MANAGER_DATABASE_URL": url}
        subprocess.run([sys.executable, "-m", "store", "migrate"], env=environment, check=True)
        yield url


async def test_is_live_while_the_database_is_down_and_says_what_it_waits_for(
    declared: Path, unused_tcp_port: int
) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    async with worker_process("http://127.0.0.1:1", "http://127.0.0.1:1", declared, nowhere, unused_tcp_port) as worker:
        said = await worker.until_ready(503)
        assert said["checks"]["declarations"] == "what is declared has not been read yet"
        assert (await worker.http.get("/health/live")).status_code == 200
        worker.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            assert await worker.process.wait() == 0


async def test_starts_before_the_engine_and_stops_in_order(declared: Path, database: str, unused_tcp_port: int) -> None:
    fake = FakeEngine()
    definition = fake.define(SCENARIO)
    balance = http(200, b'{"balance": {"amount": 5000}}')
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}{PATH}"
        async with (
            raw_system(always(balance)) as system,
            worker_process(url, system.url, declared, database, unused_tcp_port) as worker,
        ):
            assert (await worker.until_ready(503))["checks"]["engine"] != "ok"
            async with listening(fake, bound), Engine(EngineSettings(url)) as engine:
                await worker.until_ready(200)
                await engine.processes.start(definition, business_key="s-1", variables={"account": "1234567890"})
                step = await _step(engine)
                assert step == "tell"
                metrics = (await worker.http.get("/metrics")).text
                assert 'script_manager_task_reports_total{delivery="delivered"} 1.0' in metrics
                worker.process.send_signal(signal.SIGTERM)
                async with asyncio.timeout(15):
                    assert await worker.process.wait() == 0


async def _step(engine: Engine) -> str:
    async with asyncio.timeout(20):
        while True:
            for task in await engine.user_tasks.waiting("s-1"):
                return task.key
            await asyncio.sleep(0.05)
