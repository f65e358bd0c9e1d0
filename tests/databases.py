"""Databases of a test's own, on the PostgreSQL of the running stack."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from stack import postgres
from stack.running import Running


@contextmanager
def fresh_database(stack: Running) -> Iterator[str]:
    """Yield the URL of an empty database that is dropped afterwards."""
    server = postgres.url(stack.credentials.databases.postgres, stack.ports["postgres"])
    name = f"test_{secrets.token_hex(6)}"
    base = server.rsplit("/", 1)[0]
    _run(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{base}/{name}"
    finally:
        _run(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(server: str, statement: sql.Composed) -> None:
    # A connection for each: the server may have been killed in between.
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
