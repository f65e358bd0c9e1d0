"""The pool of connections that every module of the store borrows from."""

import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from store.errors import ReleaseRetired, StoreError, StoreUnavailable, TextRefused

Connection = psycopg.AsyncConnection[DictRow]
"""An autocommit connection whose rows are dictionaries."""

WITHOUT_FLUSH = "(SELECT set_config('synchronous_commit', 'off', true)) AS without_flush"
"""A part of a statement's FROM: its commit does not wait for the disk.

Only a crash of the server loses it, and only where nothing was committed after it that did wait.
"""
_TRIES = 3
_RETIRED = "SM001"
"""What the schema says where a rollout names a release that has left the engine."""
_UNWRITABLE = (None, "22021", "22P05")
"""What is told of a text with NUL: by psycopg, of a text, and of one within JSON."""


class Database:
    """PostgreSQL through a pool of autocommit connections.

    Args:
        url: libpq connection URL.
        pool_size: most connections that this process holds.
        patience: seconds that a caller waits for a connection before `StoreUnavailable`.
    """

    def __init__(self, url: str, *, pool_size: int, patience: float = 3.0) -> None:
        self.url = url
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=pool_size,
            timeout=patience / _TRIES,
            open=False,
            check=self._require_alive,
            reconnect_timeout=patience / _TRIES,
            kwargs={"autocommit": True, "row_factory": dict_row, "application_name": "script-manager"},
        )

    async def open(self) -> None:
        """Begin to connect; returns at once, whether or not the database is there."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend a connection.

        Raises:
            StoreUnavailable: none could be had in time, or the database went away meanwhile.
            TextRefused: a text has a character that the database can't hold.
            ReleaseRetired: a rollout would name a release that has left the engine.
            StoreError: the database refused a statement.
        """
        try:
            connection = await self._borrow()
            try:
                async with connection:
                    yield connection
            finally:
                await self._pool.putconn(connection)
        except (PoolTimeout, psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise StoreUnavailable("the database cannot be reached") from error
        except psycopg.DataError as error:
            if error.sqlstate in _UNWRITABLE:
                raise TextRefused("a text has a character that can't be kept, such as NUL") from error
            raise StoreError("the database refused a statement") from error
        except psycopg.Error as error:
            if error.sqlstate == _RETIRED:
                raise ReleaseRetired("a release has left the engine, and must be brought back first") from error
            raise StoreError("the database refused a statement") from error

    async def _require_alive(self, connection: Connection) -> None:
        """Where one connection is dead, all are taken for dead: the pool would find out one by one, a second apart.

        A server that goes away closes its end, so there is something to read; of a connection at rest there is not,
        and then it need not be asked.
        """
        if not _is_readable(connection.fileno()):
            return
        try:
            await AsyncConnectionPool.check_connection(connection)
        except psycopg.OperationalError:
            await self._pool.drain()
            raise

    async def _borrow(self) -> Connection:
        # A pool that has given up reconnecting begins anew only with the next request, not for one that waits.
        for _ in range(_TRIES - 1):
            with suppress(PoolTimeout):
                return await self._pool.getconn()
        return await self._pool.getconn()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Lend a connection inside a transaction that commits when the block ends without an error.

        Raises:
            StoreUnavailable: as `connection`.
        """
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def fetch_one(self, statement: str, parameters: Any = ()) -> DictRow | None:
        """Run one statement and return its first row."""
        async with self.connection() as connection:
            cursor = await connection.execute(statement.encode(), parameters)
            return await cursor.fetchone() if cursor.description else None

    async def fetch_all(self, statement: str, parameters: Any = ()) -> list[DictRow]:
        """Run one statement and return its rows."""
        async with self.connection() as connection:
            cursor = await connection.execute(statement.encode(), parameters)
            return await cursor.fetchall() if cursor.description else []

    async def check(self) -> None:
        """Return when the database answers.

        Raises:
            StoreUnavailable: it does not.
        """
        await self.fetch_one("SELECT 1")


def _is_readable(file: int) -> bool:
    waiting = select.poll()
    waiting.register(file, select.POLLIN)
    return bool(waiting.poll(0))


@asynccontextmanager
async def open_database(url: str, *, pool_size: int, patience: float = 3.0) -> AsyncIterator[Database]:
    """Yield an open `Database` and close it afterwards."""
    database = Database(url, pool_size=pool_size, patience=patience)
    await database.open()
    try:
        yield database
    finally:
        await database.close()
