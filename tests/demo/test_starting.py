"""Demo billing as a process, and without its database."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from demo.billing.settings import Settings
from demo.latency import FixedLatency, SpreadLatency

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def start(environment: dict[str, str]) -> tuple[int, list[dict[str, object]]]:
    """Run billing until it gives up; its exit status and its log."""
    run = subprocess.run(
        [sys.executable, "-m", "demo.billing"], env=environment, capture_output=True, timeout=60, check=False
    )
    return run.returncode, [json.loads(line) for line in run.stderr.splitlines()]


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "DEMO_DATABASE_URL"),
        ({"DEMO_DATABASE_URL": NOWHERE, "DEMO_BILLING_PORT": "many"}, "DEMO_BILLING_PORT"),
        ({"DEMO_DATABASE_URL": NOWHERE, "DEMO_BILLING_LATENCY": "quick"}, "DEMO_BILLING_LATENCY"),
        ({"DEMO_DATABASE_URL": NOWHERE, "DEMO_BILLING_LATENCY": "median=9,p99=1"}, "DEMO_BILLING_LATENCY"),
    ],
)
def test_wrong_settings_are_named(environment: dict[str, str], name: str) -> None:
    status, log = start(environment)
    assert status == 2
    assert name in {str(line["name"]) for line in log}
    assert {line["event"] for line in log} == {"wrong_setting"}


@pytest.mark.parametrize(("host", "setting"), [("127.0.0.1", {}), ("127.0.0.2", {"DEMO_BILLING_HOST": "127.0.0.2"})])
def test_a_taken_port_is_said(host: str, setting: dict[str, str]) -> None:
    with socket.create_server((host, 0)) as taken:
        port = taken.getsockname()[1]
        status, log = start({"DEMO_DATABASE_URL": NOWHERE, "DEMO_BILLING_PORT": str(port), **setting})
    assert status != 0
    assert any("address already in use" in str(line["event"]) for line in log)


@pytest.mark.parametrize(
    ("text", "latency"),
    [
        ("fixed=0", FixedLatency(fixed=0)),
        ("median=120,p99=600", SpreadLatency(median=120, p99=600)),
        (" median=1.5 , p99=2 ", SpreadLatency(median=1.5, p99=2)),
    ],
)
def test_latency_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, text: str, latency: FixedLatency | SpreadLatency
) -> None:
    monkeypatch.setenv("DEMO_DATABASE_URL", NOWHERE)
    monkeypatch.setenv("DEMO_BILLING_LATENCY", text)
    assert Settings().billing_latency == latency


@contextmanager
def shut(postgres_url: str, url: str) -> Iterator[None]:
    """A database that lets nobody in."""
    name = str(conninfo_to_dict(url)["dbname"])
    alter = "ALTER DATABASE {} ALLOW_CONNECTIONS {}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL(alter).format(sql.Identifier(name), sql.Literal(False)))
        disconnect(connection, name)
        try:
            yield
        finally:
            connection.execute(sql.SQL(alter).format(sql.Identifier(name), sql.Literal(True)))


def disconnect(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


async def test_lost_connections_are_made_anew(
    billing: httpx.AsyncClient, app: FastAPI, postgres_url: str, billing_database_url: str
) -> None:
    assert (await billing.get("/accounts/1000000001")).status_code == 200
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        disconnect(connection, str(conninfo_to_dict(billing_database_url)["dbname"]))
    assert (await billing.get("/accounts/1000000001")).status_code == 200


async def test_without_a_database_billing_says_so_and_recovers(
    billing: httpx.AsyncClient, postgres_url: str, billing_database_url: str
) -> None:
    with shut(postgres_url, billing_database_url):
        paths = ("/accounts/1000000001", "/health/ready", "/health/live")
        account, ready, live = await asyncio.gather(*(billing.get(path) for path in paths))
        assert (account.status_code, account.json()["error"]["code"]) == (503, "UNAVAILABLE")
        assert (ready.status_code, live.status_code) == (503, 200)
    statuses = [(await billing.get("/accounts/1000000001")).status_code for _ in range(5)]
    assert statuses[-1] == 200
    assert (await billing.get("/health/ready")).status_code == 200
