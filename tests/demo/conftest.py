"""Demo billing on a real PostgreSQL; every test finds the accounts as they are at first."""

import asyncio
import os
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime

import httpx
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from demo.billing.app import create_app
from demo.billing.seeding import prepare
from demo.billing.settings import Settings
from demo.latency import FixedLatency
from demo.postgres import Database
from demo.serving import config

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL where databases may be made."""
    return os.environ["TEST_POSTGRES_URL"]


@contextmanager
def _fresh_database(postgres_url: str) -> Iterator[str]:
    name = sql.Identifier(f"demo_{uuid.uuid4().hex[:12]}")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield make_conninfo(postgres_url, dbname=name.as_string()[1:-1])
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    with _fresh_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def billing_database_url(postgres_url: str) -> Iterator[str]:
    with _fresh_database(postgres_url) as url:
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
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings = config(app, port=0)
        settings.lifespan = "off"
        server = uvicorn.Server(settings)
        serving = asyncio.create_task(server._serve(sockets=[listening]))
        port = listening.getsockname()[1]
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                yield client
        finally:
            server.should_exit = True
            await serving
