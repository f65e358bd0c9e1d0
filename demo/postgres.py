"""Access of a demo system to its own data in PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection
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
            check=AsyncConnectionPool.check_connection,
        )

    async def open(self) -> None:
        """Start connecting, without waiting for it."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: committed at the end, rolled back where an error leaves the block.

        Raises:
            psycopg.OperationalError: the database can't be reached.
        """
        async with self._pool.connection() as connection:
            yield connection
