import asyncio
import time

import psycopg
import pytest

from store.database import Database, open_database
from store.errors import StoreError, StoreUnavailable


@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "SELECT nothing", "SELECT E'\\u0000'", "SELEC"])
async def test_a_statement_that_is_refused_is_no_outage(database: Database, statement: str) -> None:
    with pytest.raises(StoreError) as refused:
        await database.fetch_one(statement)
    assert not isinstance(refused.value, StoreUnavailable)
    await database.check()


async def test_connections_that_all_died_are_replaced_at_once(database_url: str) -> None:
    """As after a restart of the server: nobody waits for one dead connection after the other to be found out."""
    everyone, size = "SELECT pg_backend_pid() AS pid, pg_sleep(0.2)", 8
    async with open_database(database_url, pool_size=size) as database:
        found = await asyncio.gather(*(database.fetch_one(everyone) for _ in range(size)))
        before = {row["pid"] for row in found if row}
        assert len(before) > 2
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as killer:
            for pid in before:
                await killer.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        started = time.monotonic()
        for _ in range(size):
            await database.check()
        assert time.monotonic() - started < 0.9, "psycopg_pool looks again only after a second"
