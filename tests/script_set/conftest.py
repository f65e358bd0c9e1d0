from collections.abc import AsyncIterator

import httpx
import pytest

from engine import Engine, EngineSettings
from stack import postgres
from stack.running import Running
from store.database import open_database
from store.releases import Releases
from tests.script_set.walker import Walker


@pytest.fixture
async def walker(stack: Running) -> AsyncIterator[Walker]:
    login = stack.credentials.engine
    headers = {"Authorization": f"Bearer {stack.credentials.api_keys.operator}"}
    url = postgres.url(stack.credentials.databases.script_manager, stack.ports["postgres"])
    facade = f"{stack.urls['facade']}/api/v1"
    async with (
        httpx.AsyncClient(base_url=facade, headers=headers, timeout=60, trust_env=False) as api,
        httpx.AsyncClient(base_url=stack.urls["engine"], auth=(login.user, login.password), trust_env=False) as rest,
        Engine(EngineSettings(stack.urls["engine"], login.user, login.password)) as engine,
        open_database(url, pool_size=2) as database,
    ):
        yield Walker(api, rest, engine, Releases(database))
