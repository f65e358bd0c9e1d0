"""Orders: kept until their result has been delivered, over a restart too."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from demo.logs import get
from demo.measurements.results import known_lines, measure
from demo.postgres import Database

_LOCK = 0x6D656173
"""Number of the advisory lock (PostgreSQL documentation, 13.3.5) that one process at a time may hold."""
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before the next attempt to deliver a result."""
_GONE = {404, 410}
"""Nobody waits any longer."""


@dataclass(frozen=True, slots=True)
class Order:
    """A measurement that was ordered.

    Attributes:
        notify: where its result goes.
        due: when it is done.
    """

    number: int
    account: str
    notify: str
    due: datetime


class Orders:
    """Takes orders and delivers results.

    Args:
        database: where they are kept.
        client: delivers them.
    """

    def __init__(self, database: Database, client: httpx.AsyncClient) -> None:
        self._database = database
        self._client = client
        self._delivering: set[asyncio.Task[None]] = set()

    async def prepare(self, now: datetime) -> None:
        """Make what is missing, and go on with what an earlier process left.

        Raises:
            psycopg.Error: the database can't be reached or refuses.
        """
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            await connection.execute(Path(__file__).with_name("schema.sql").read_bytes())
            found = await connection.execute(
                "SELECT id, account, notify, due FROM measurements.orders WHERE answered IS NULL"
            )
            left = [Order(*row) for row in await found.fetchall()]
        for order in left:
            self._deliver_soon(order, (order.due - now).total_seconds())

    async def take(self, account: str, notify: str, due: datetime, seconds: float) -> int:
        """Take an order whose result is ready in so many seconds; return its number.

        Raises:
            psycopg.Error: the database can't be reached.
        """
        async with self._database.transaction() as connection:
            found = await connection.execute(
                "INSERT INTO measurements.orders (account, notify, due) VALUES (%s, %s, %s) RETURNING id",
                [account, notify, due],
            )
            [number] = await found.fetchone() or (0,)
        self._deliver_soon(Order(number, account, notify, due), seconds)
        return int(number)

    async def restart(self, account: str, command: str) -> None:
        """Restart the port of a line, once for each command.

        Raises:
            psycopg.Error: the database can't be reached.
        """
        async with self._database.transaction() as connection:
            await connection.execute(
                "INSERT INTO measurements.commands (command, account) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [command, account],
            )

    async def is_done(self, command: str) -> bool:
        """Whether a command was carried out.

        Raises:
            psycopg.Error: the database can't be reached.
        """
        return await self._exists("SELECT 1 FROM measurements.commands WHERE command = %s", command)

    async def forget(self) -> None:
        """Drop all orders and commands.

        Raises:
            psycopg.Error: the database can't be reached.
        """
        await self.stop()
        async with self._database.transaction() as connection:
            await connection.execute("TRUNCATE measurements.orders, measurements.commands")

    async def stop(self) -> None:
        """Stop delivering; what is left is delivered by the next process."""
        for task in self._delivering:
            task.cancel()
        await asyncio.gather(*self._delivering, return_exceptions=True)

    async def _exists(self, query: str, value: str) -> bool:
        async with self._database.transaction() as connection:
            return await (await connection.execute(query.encode(), [value])).fetchone() is not None

    def _deliver_soon(self, order: Order, seconds: float) -> None:
        task = asyncio.create_task(self._deliver(order, max(0.0, seconds)))
        self._delivering.add(task)
        task.add_done_callback(self._delivering.discard)

    async def _deliver(self, order: Order, seconds: float) -> None:
        await asyncio.sleep(seconds)
        restarted = await self._exists("SELECT 1 FROM measurements.commands WHERE account = %s", order.account)
        measured = measure(known_lines()[order.account], port_restarted=restarted)
        body = {"order": order.number, "measured": measured.model_dump()}
        for pause in (*_PAUSES, 0):
            if await self._sent(order, body):
                break
            await asyncio.sleep(pause)
        async with self._database.transaction() as connection:
            await connection.execute("UPDATE measurements.orders SET answered = now() WHERE id = %s", [order.number])

    async def _sent(self, order: Order, body: dict[str, Any]) -> bool:
        try:
            response = await self._client.post(order.notify, json=body)
        except httpx.HTTPError as error:
            get(__name__).warning("not_delivered", order=order.number, reason=type(error).__name__)
            return False
        return response.is_success or response.status_code in _GONE
