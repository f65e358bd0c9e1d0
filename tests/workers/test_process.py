"""``python -m workers`` as it is shipped: a process between an engine and a system, both on real sockets."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp

from engine import Engine, EngineSettings
from stack.running import Running
from tests.fakes.engine import PATH, FakeEngine
from tests.fakes.scenario import Ask, CallFunction, Scenario
from tests.functions.declared import FUNCTION, SYSTEM
from tests.functions.raw_system import always, http, raw_system
from tests.workers.process import migrated_database, worker_process

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


@pytest.fixture(scope="module")
def database(stack: Running) -> Iterator[str]:
    with migrated_database(stack) as url:
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
