from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from player_api.app import create_app
from runtime.settings import Settings
from store.database import Database
from tests.fakes.engine import URL, FakeEngine
from tests.player_api.api import Api


@pytest.fixture
async def without_keys(database_url: str, database: Database, fake: FakeEngine) -> AsyncIterator[Api]:
    """A facade without a key to derive secrets with."""
    settings = Settings(database_url=SecretStr(database_url), engine_url=URL, database_pool_size=2)
    app = create_app(settings, httpx.ASGITransport(fake))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://facade/api/v1") as client,
    ):
        yield Api(client, database, fake)
