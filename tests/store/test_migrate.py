import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from stack.running import Running
from store.migrate import migrate
from tests.databases import fresh_database

_HOLD_THE_LOCK = """
import psycopg, sys, store.migrate, threading
connection = psycopg.connect(sys.argv[1])
connection.execute("SELECT pg_advisory_lock(%s)", (store.migrate._LOCK,))
print("locked", flush=True)
threading.Event().wait()
"""


@pytest.fixture
def empty_url(stack: Running) -> Iterator[str]:
    with fresh_database(stack) as url:
        yield url


def _tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty_url] * 4))
    assert {"sessions", "journal", "procrastinate_jobs"} <= _tables(empty_url)


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    migrate(empty_url)
    before = _tables(empty_url)
    migrate(empty_url)
    assert _tables(empty_url) == before


def test_procrastinate_migrations_are_remembered_and_applied_once(empty_url: str) -> None:
    migrate(empty_url)
    with psycopg.connect(empty_url, autocommit=True) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM procrastinate_migrations")}
        assert "00.00.00_01_initial.sql" in names
    migrate(empty_url)


def test_a_killed_migration_leaves_nothing_locked(empty_url: str) -> None:
    # The child takes the migration's lock, says so, and is killed while holding it.
    child = subprocess.Popen([sys.executable, "-c", _HOLD_THE_LOCK, empty_url], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child:
        assert child.stdout.readline() == "locked\n"
        child.kill()
    migrate(empty_url)
    assert "sessions" in _tables(empty_url)
