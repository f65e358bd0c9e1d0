import secrets
from collections.abc import AsyncIterator

import httpx
import pytest

from engine import Engine, EngineSettings
from stack import postgres
from stack.running import Running
from store.database import open_database
from store.keys import Keys
from tests.script_set.walker import TENANT, Walker


@pytest.fixture
async def walker(stack: Running) -> AsyncIterator[Walker]:
    login = stack.credentials.engine
    key = secrets.token_hex(16)
    headers = {"Authorization": f"Bearer {key}"}
    url = postgres.url(stack.credentials.databases.script_manager, stack.ports["postgres"])
    facade = f"{stack.urls['facade']}/api/v1"
    async with (
        httpx.AsyncClient(base_url=facade, headers=headers, timeout=60, trust_env=False) as api,
        httpx.AsyncClient(base_url=stack.urls["engine"], auth=(login.user, login.password), trust_env=False) as rest,
        Engine(EngineSettings(stack.urls["engine"], login.user, login.password)) as engine,
        open_database(url, pool_size=2) as database,
    ):
        await Keys(database).put(f"walker-{key[:8]}", key, roles=["operator"], tenant=TENANT)
        yield Walker(api, rest, engine, database)
