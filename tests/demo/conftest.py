"""Demo billing on a real PostgreSQL; every test finds the accounts as they are at first."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from demo.billing.app import create_app
from demo.billing.seeding import prepare
from demo.billing.settings import Settings
from demo.latency import FixedLatency
from demo.postgres import Database
from stack import postgres
from stack.running import Running
from tests.databases import fresh_database
from tests.demo.backoffice import (
    backoffice,
    backoffice_app,
    backoffice_database_url,
    backoffice_runner,
    backoffice_settings,
    receiver,
)
from tests.demo.serving import NOW, served

__all__ = [
    "backoffice",
    "backoffice_app",
    "backoffice_database_url",
    "backoffice_runner",
    "backoffice_settings",
    "receiver",
]
"""Fixtures of the back office."""


@pytest.fixture(scope="session")
def postgres_url(stack: Running) -> str:
    """The server's own database, as superuser."""
    return postgres.url(stack.credentials.databases.postgres, stack.ports["postgres"])


@pytest.fixture
def empty_database_url(stack: Running) -> Iterator[str]:
    with fresh_database(stack) as url:
        yield url


@pytest.fixture(scope="session")
def billing_database_url(stack: Running) -> Iterator[str]:
    with fresh_database(stack) as url:
        yield url


@pytest.fixture
async def database(billing_database_url: str) -> AsyncIterator[Database]:
    async with _open(billing_database_url) as database:
        await prepare(database, NOW.date())
        async with database.transaction() as connection:
            await connection.execute("DELETE FROM billing.promised_payments WHERE idempotency_key NOT LIKE 'before-%'")
        yield database


@pytest.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[Database]:
    async with _open(empty_database_url) as database:
        yield database


@asynccontextmanager
async def _open(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def app(database: Database, billing_database_url: str) -> AsyncIterator[FastAPI]:
    settings = Settings(database_url=SecretStr(billing_database_url), billing_latency=FixedLatency(fixed=0))
    app = create_app(settings, now=lambda: NOW)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def billing(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Billing asked within this process."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://billing") as client:
        yield client


@pytest.fixture
async def billing_over_tcp(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Billing asked over a connection, as it is really served."""
    async with served(app) as client:
        yield client
