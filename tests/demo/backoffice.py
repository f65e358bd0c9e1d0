"""The demo back office as tests ask it: its process with all its systems, and the shipped functions against them."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from demo.backoffice.app import create_app
from demo.backoffice.settings import Settings
from demo.latency import FixedLatency
from feel import Evaluator
from functions.catalogue import load, sources_in
from functions.composition import Shared
from functions.context import Context
from functions.outcome import Ending
from functions.runner import Runner
from functions.surroundings import Surroundings
from functions.systems import Environment
from stack.running import Running
from tests.databases import fresh_database
from tests.demo.serving import NOW, served
from tests.eventually import eventually

DECLARED = Path(__file__).parents[2] / "functions" / "declared"
CONTEXT = Context(session_id="s-1", activity_id="a", task_id="t-1", correlation_id="c-1")
QUICK = FixedLatency(fixed=0)
NOWHERE = "http://127.0.0.1:1"


class Receiver:
    """Takes the results of measurements; refuses the first so often."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self.refuse = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.refuse:
            self.refuse -= 1
            return httpx.Response(503)
        self.bodies.append(request.read())
        return httpx.Response(204)


@pytest.fixture(scope="session")
def backoffice_database_url(stack: Running) -> Iterator[str]:
    with fresh_database(stack) as url:
        yield url


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def backoffice_settings(stack: Running, backoffice_database_url: str) -> Settings:
    return Settings(
        database_url=SecretStr(backoffice_database_url),
        customers_latency=QUICK,
        inventory_latency=QUICK,
        inventory_reader=stack.credentials.databases.inventory_reader.user,
        measurements_latency=QUICK,
        measurements_duration=QUICK,
        knowledge_latency=QUICK,
        television_latency=QUICK,
    )


@pytest.fixture
async def backoffice_app(backoffice_settings: Settings, receiver: Receiver) -> AsyncIterator[FastAPI]:
    app = create_app(backoffice_settings, lambda: NOW, httpx.MockTransport(receiver))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def backoffice(backoffice_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with served(backoffice_app) as client:

        async def ready() -> bool:
            return (await client.get("/health/ready")).status_code == 200

        await eventually(ready)
        for system in ("customers", "inventory", "measurements", "knowledge", "television"):
            response = await client.post(f"/{system}/_demo/reset")
            assert response.status_code == (404 if system == "knowledge" else 204)
            await client.put(f"/{system}/_demo/faults", json={})
        yield client


@pytest.fixture
async def backoffice_runner(
    stack: Running, backoffice: httpx.AsyncClient, backoffice_database_url: str
) -> AsyncIterator[Runner]:
    base, reader = str(backoffice.base_url).rstrip("/"), stack.credentials.databases.inventory_reader
    database = conninfo_to_dict(backoffice_database_url)
    variables = {
        "SCRIPT_MANAGER_SYSTEM_BILLING_URL": NOWHERE,
        **{
            f"SCRIPT_MANAGER_SYSTEM_{name.upper()}_URL": f"{base}/{name}"
            for name in ("customers", "measurements", "knowledge", "television")
        },
        "SCRIPT_MANAGER_SYSTEM_INVENTORY_URL": "postgresql+psycopg://{host}:{port}/{dbname}".format(**database),
        "INVENTORY_USER": reader.user,
        "INVENTORY_PASSWORD": reader.password,
    }
    evaluator, environment = Evaluator(), Environment(variables)
    surroundings = Surroundings(sleep=lambda _seconds: asyncio.sleep(0))
    loaded = load(sources_in(DECLARED), evaluator)
    assert loaded.mistakes == ()
    runner = Runner(loaded.catalogue, environment, evaluator, surroundings, Shared())
    assert runner.troubles == ()
    yield runner
    await runner.retire()


async def run(runner: Runner, name: str, variables: Mapping[str, object], context: Context = CONTEXT) -> Ending:
    return (await runner.functions[name].run(variables, context)).ending
