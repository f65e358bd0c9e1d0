"""The journal as an outbox: every consumer reads it in commit order, from where it stopped.

A row is handed out once no older transaction is running, so a row that commits late is never passed over.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from store.database import Connection, Database


@dataclass(frozen=True)
class OutgoingEvent:
    """An event on its way out; ``id`` never repeats, so a receiver can tell a repetition."""

    id: int
    at: datetime
    type: str
    tenant: str | None
    session: UUID | None
    actor: str | None
    correlation_id: str | None
    data: dict[str, Any]


class Outbox:
    """What one consumer, such as ``kafka``, has still to be given."""

    def __init__(self, database: Database, consumer: str) -> None:
        self._database = database
        self._consumer = consumer

    @asynccontextmanager
    async def batch(self, limit: int) -> AsyncIterator[list[OutgoingEvent]]:
        """Lend the next events; they count as delivered when the block ends without an error.

        Of several processes one has the turn and the others get an empty list. The turn is a row lock, so a process
        that is killed gives it back, and its events are lent again: delivery is at least once, in order.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        async with self._database.transaction() as connection:
            rows = await self._next_rows(connection, limit)
            yield [OutgoingEvent(**{name: row[name] for name in OutgoingEvent.__annotations__}) for row in rows]
            if rows:
                await connection.execute(
                    "UPDATE outbox_positions SET xid = %s::text::xid8, id = %s WHERE consumer = %s",
                    (rows[-1]["xid"], rows[-1]["id"], self._consumer),
                )

    async def _next_rows(self, connection: Connection, limit: int) -> list[dict[str, Any]]:
        await connection.execute(
            "INSERT INTO outbox_positions (consumer, xid, id) VALUES (%s, '0', 0) ON CONFLICT DO NOTHING",
            (self._consumer,),
        )
        cursor = await connection.execute(
            """
            WITH position AS (
                SELECT xid, id FROM outbox_positions WHERE consumer = %s FOR UPDATE SKIP LOCKED
            )
            SELECT journal.xid::text, journal.id, at, type, tenant, session, actor, correlation_id, data
            FROM journal, position
            WHERE (journal.xid, journal.id) > (position.xid, position.id)
                AND journal.xid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY journal.xid, journal.id LIMIT %s
            """,
            (self._consumer, limit),
        )
        return list(await cursor.fetchall())
