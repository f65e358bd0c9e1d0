from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from background.work import Work
from engine import Engine, EngineSettings
from stack.running import Running
from store.database import Database, open_database
from store.erasures import Erasures
from store.idempotency import IdempotentAnswers
from store.migrate import migrate
from store.sessions import Sessions
from tests.databases import fresh_database


@pytest.fixture(scope="session")
def database_url(stack: Running) -> Iterator[str]:
    """A database of these tests, with the present schema."""
    with fresh_database(stack) as url:
        migrate(url)
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url, pool_size=4) as database:
        yield database


@pytest.fixture(scope="session")
def engine_settings(stack: Running) -> EngineSettings:
    login = stack.credentials.engine
    return EngineSettings(stack.urls["engine"], login.user, login.password)


@pytest.fixture
async def work(database: Database, engine_settings: EngineSettings) -> AsyncIterator[Work]:
    """A database of our own and the stack's engine."""
    async with Engine(engine_settings) as engine:
        yield work_with(database, engine)


def work_with(database: Database, engine: Engine) -> Work:
    return Work(
        database,
        engine,
        Sessions(database),
        IdempotentAnswers(database),
        Erasures(database),
        answers_kept=timedelta(days=30),
    )
