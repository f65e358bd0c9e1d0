import asyncio
from contextlib import AsyncExitStack

import psycopg

from store.presence import present


class Told:
    """Waits for a number to be told."""

    def __init__(self) -> None:
        self._said = asyncio.Queue[int]()

    def __call__(self, number: int) -> None:
        self._said.put_nowait(number)

    async def until(self, wanted: int) -> None:
        async with asyncio.timeout(10):
            while await self._said.get() != wanted:
                pass


async def test_workers_are_counted_as_they_come_and_go(database_url: str) -> None:
    told = Told()
    async with present(database_url, told, every=0.01):
        await told.until(1)
        async with AsyncExitStack() as others:
            for _ in range(2):
                await others.enter_async_context(present(database_url, lambda _number: None))
            await told.until(3)
        await told.until(1)


async def test_a_lost_connection_is_made_anew(database_url: str) -> None:
    told = Told()
    async with present(database_url, told, every=0.01):
        await told.until(1)
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as administrator:
            await administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'script-manager-worker' AND datname = current_database()"
            )
        told._said = asyncio.Queue()
        await told.until(1)
