"""Access of a demo system to its own data in PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool

Connection = AsyncConnection[Any]


class Database:
    """A pool of connections that may be opened before the database is there.

    Args:
        url: libpq URL.
        patience: seconds to wait for a connection.
    """

    def __init__(self, url: str, patience: float = 2.0) -> None:
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=8,
            open=False,
            timeout=patience,
            kwargs={"connect_timeout": 2},
            check=self._require_alive,
        )

    async def open(self) -> None:
        """Start connecting, without waiting for it."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    async def _require_alive(self, connection: Connection) -> None:
        """Where one connection is dead, all are taken for dead: the pool would find out one by one, a second apart."""
        try:
            await AsyncConnectionPool.check_connection(connection)
        except OperationalError:
            await self._pool.drain()
            raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: committed at the end, rolled back where an error leaves the block.

        Raises:
            psycopg.OperationalError: the database can't be reached.
        """
        async with self._pool.connection() as connection:
            yield connection
