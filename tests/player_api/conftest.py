import secrets
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from engine import Engine, EngineSettings
from player_api.app import create_app
from runtime.settings import Settings
from stack.running import Running
from store.database import Database, open_database
from store.keys import Keys
from store.migrate import migrate
from tests.databases import fresh_database
from tests.fakes.engine import URL, FakeEngine
from tests.player_api.api import Api

SIGNING_KEY = "o" * 32


@pytest.fixture(scope="session")
def database_url(stack: Running) -> Iterator[str]:
    """A database of the facade's tests, with the present schema."""
    with fresh_database(stack) as url:
        migrate(url)
        yield url


@pytest.fixture(scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url, pool_size=4) as database:
        for name, role, tenant in (
            ("operator", "operator", "main"),
            ("bot", "bot", "main"),
            ("author", "author", "main"),
            ("head-publisher", "publisher", "main"),
            ("admin", "admin", "main"),
            ("embedder", "embedder", "main"),
            ("elsewhere", "operator", "north"),
            ("admin-north", "admin", "north"),
        ):
            await Keys(database).put(name, f"key-{name}", roles=[role], tenant=tenant)
        yield database


@pytest.fixture
def key() -> str:
    """An idempotency key that nobody has used."""
    return secrets.token_hex(8)


@pytest.fixture
def fake() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def app(database_url: str, database: Database, fake: FakeEngine) -> AsyncIterator[FastAPI]:
    settings = Settings(
        database_url=SecretStr(database_url),
        engine_url=URL,
        database_pool_size=4,
        webhook_keys=SecretStr(f"w1:{'w' * 32}"),
        embed_keys=SecretStr(f"k2:{'n' * 32},k1:{SIGNING_KEY}"),
    )
    app = create_app(settings, httpx.ASGITransport(fake))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def api(app: FastAPI, database: Database, fake: FakeEngine) -> AsyncIterator[Api]:
    """The facade, as an operator calls it, over a fake engine and a real database."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://facade/api/v1") as client:
        yield Api(client, database, fake)


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
