"""How many worker processes there are, seen by the connection that each of them holds to PostgreSQL.

A process that dies is gone with its connection; nothing has to expire.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg

from runtime import logs

_NAME = "script-manager-worker"
_log = logs.get(__name__)


@asynccontextmanager
async def present(url: str, tell: Callable[[int], None], *, every: float = 2.0) -> AsyncIterator[None]:
    """Be counted as a worker beside the work of the block, and be told how many there are.

    While the database is away, what was told last holds.

    Args:
        url: libpq URL of our database.
        tell: gets the number of workers, this one included, at first and every so often.
        every: seconds.
    """
    task = asyncio.create_task(_count_for_ever(url, tell, every))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _count_for_ever(url: str, tell: Callable[[int], None], every: float) -> None:
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                url, autocommit=True, application_name=_NAME, connect_timeout=5
            ) as connection:
                while True:
                    tell(await _count(connection))
                    await asyncio.sleep(every)
        except psycopg.Error:
            _log.warning("workers_not_counted")
            await asyncio.sleep(every)


async def _count(connection: psycopg.AsyncConnection) -> int:
    cursor = await connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()", (_NAME,)
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 1
