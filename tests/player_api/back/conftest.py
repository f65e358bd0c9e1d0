import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from engine import Engine, EngineSettings
from feel import Evaluator
from functions.catalogue import Catalogue, load
from functions.sources import sources_in_force
from player_api.app import create_app
from runtime.settings import Settings
from stack.folder import ROOT
from stack.running import Running
from store.database import Database, open_database
from store.declarations import Declarations
from store.releases import Releases
from tests.fakes.served import served
from tests.player_api.back.system import Bookings, declarations
from tests.player_api.back.walker import Walker


@pytest.fixture
def settings(stack: Running, database_url: str) -> Settings:
    """A facade over the tests' own database and the stack's engine."""
    login = stack.credentials.engine
    return Settings(
        database_url=database_url,
        engine_url=stack.urls["engine"],
        engine_user=login.user,
        engine_password=login.password,
        database_pool_size=4,
    )


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[Engine]:
    async with Engine(EngineSettings.of(settings)) as engine:
        yield engine


@pytest.fixture
async def walker(settings: Settings, database: Database, engine: Engine) -> AsyncIterator[Walker]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=transport,
            base_url="http://facade/api/v1",
            headers={"Authorization": "Bearer key-operator"},
            timeout=30,
        ) as client,
    ):
        yield Walker(client, engine, Releases(database))


@dataclass(frozen=True)
class Live:
    """The stack's own facade and workers, with functions of a test's own."""

    walker: Walker
    system: Bookings
    name: str
    catalogue: Catalogue
    database: Database


@pytest.fixture
async def live(booking_system: Live) -> AsyncIterator[Live]:
    """The live system as if new; scripts of the test are not offered to anybody after it."""
    booking_system.system.forget()
    yield booking_system
    await booking_system.database.fetch_one("DELETE FROM rollouts WHERE starts_with(script, 'back_')")


@pytest.fixture(scope="session")
async def booking_system(stack: Running) -> AsyncIterator[Live]:
    system, name = Bookings(), f"booking{secrets.token_hex(3)}"
    base, credentials = f"{stack.urls['facade']}/api/v1", stack.credentials
    engine_settings = EngineSettings(stack.urls["engine"], credentials.engine.user, credentials.engine.password)
    async with (
        served(system.app) as url,
        open_database(stack.database_url("script_manager"), pool_size=2) as database,
        Engine(engine_settings) as engine,
        httpx.AsyncClient(base_url=base, headers=bearer(credentials.api_keys.operator), timeout=60) as operator,
        httpx.AsyncClient(base_url=base, headers=bearer(credentials.api_keys.admin), timeout=60) as admin,
    ):
        for path, declaration in declarations(name, url).items():
            body = {"revision": 0, "declaration": declaration}
            response = await admin.put(f"/{path}", json=body)
            assert response.status_code == 200, response.text
        with Evaluator() as evaluator:
            sources = await sources_in_force(ROOT / "functions" / "declared", Declarations(database))
            catalogue = load(sources, evaluator).catalogue
        yield Live(Walker(operator, engine, Releases(database)), system, name, catalogue, database)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
