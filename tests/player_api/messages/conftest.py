import secrets
from collections.abc import AsyncIterator

import httpx
import pytest

from engine import Engine, EngineSettings
from functions.catalogue import Catalogue
from player_api.app import create_app
from player_api.releases.close import close
from player_api.releases.publish import publish
from runtime.settings import Settings
from stack.running import Running
from store.database import Database
from store.releases import Releases
from tests.fakes.engine import FakeEngine
from tests.player_api.api import Api
from tests.player_api.messages.diagrams import Diagram


@pytest.fixture
async def engine(stack: Running) -> AsyncIterator[Engine]:
    login = stack.credentials.engine
    async with Engine(EngineSettings(stack.urls["engine"], login.user, login.password)) as engine:
        yield engine


@pytest.fixture
async def real(stack: Running, database_url: str, database: Database) -> AsyncIterator[Api]:
    """The facade over the stack's engine and a database of these tests."""
    login = stack.credentials.engine
    settings = Settings.model_validate(
        {
            "database_url": database_url,
            "engine_url": stack.urls["engine"],
            "engine_user": login.user,
            "engine_password": login.password,
            "database_pool_size": 4,
        }
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://facade/api/v1") as client,
    ):
        yield Api(client, database, FakeEngine())


@pytest.fixture
async def diagram(engine: Engine, database: Database) -> AsyncIterator[Diagram]:
    """Publishes diagrams under keys of their own; every instance of them is removed afterwards."""

    async def put(key: str, content: bytes) -> None:
        await publish(engine, Releases(database), close(key, {"script.bpmn": content}, Catalogue()), "test")

    made = Diagram(f"m{secrets.token_hex(5)}", put)
    yield made
    rows = await database.fetch_all(
        "SELECT deployment_id FROM releases WHERE script LIKE %s AND deployment_id IS NOT NULL", (f"{made.prefix}%",)
    )
    for row in rows:
        await engine.deployments.delete(row["deployment_id"], cascade=True)
