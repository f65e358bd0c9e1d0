"""Removing what a customer has said: the orders to do it, and the doing, session by session.

What stays of a session is that it was: script, release, channel, times, which steps and functions, who worked on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from store.database import Connection, Database
from store.journal import Event, EventType, write

STAYS = (
    *("script", "release", "channel", "team", "step", "key", "definition", "to", "state", "end", "erasure"),
    *("function", "functions", "system", "activity", "start", "duration", "attempts", "source", "outcome", "holder"),
    *("field", "misses"),
)
"""Members of an event's data that say nothing of the customer; all others are removed."""
_SETTLES_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Erasure:
    """An order to remove a customer.

    Attributes:
        customer: None once that is done.
        sessions: how many were emptied so far.
        finished_at: None as long as something is left to do.
    """

    id: UUID
    tenant: str
    customer: str | None
    sessions: int
    correlation_id: str
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None


_COLUMNS = "id, tenant, customer, sessions, correlation_id, requested_by, requested_at, finished_at"
_EMPTY_JOURNAL = """
    UPDATE journal SET address = NULL, data = (
        SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(data) WHERE key = ANY(%(stays)s)
    ) WHERE session = ANY(%(sessions)s) AND type <> 'function_called' AND (
        address IS NOT NULL OR EXISTS (SELECT 1 FROM jsonb_object_keys(data) AS key WHERE key <> ALL(%(stays)s))
    )
"""
_EMPTY = (
    _EMPTY_JOURNAL,
    "DELETE FROM conversations WHERE session = ANY(%(sessions)s)",
    "DELETE FROM webhook_deliveries WHERE session = ANY(%(sessions)s)",
    "DELETE FROM offered_options WHERE session = ANY(%(sessions)s)",
    "DELETE FROM inputs WHERE session = ANY(%(sessions)s)",
    "DELETE FROM notes WHERE session = ANY(%(sessions)s)",
    "DELETE FROM idempotent_answers WHERE session = ANY(%(sessions)s)",
    "DELETE FROM awaited_answers WHERE session = ANY(%(sessions)s::text[])",
    "DELETE FROM snapshots WHERE session = ANY(%(sessions)s)",
    "DELETE FROM backs WHERE session = ANY(%(sessions)s)",
    """
    UPDATE effects SET inputs = NULL, outputs = NULL
    WHERE session = ANY(%(sessions)s) AND (inputs IS NOT NULL OR outputs IS NOT NULL)
    """,
    """
    UPDATE sessions SET customer = NULL, external_id = NULL, variables = '{}', erased_at = coalesce(erased_at, now()),
        handoff = CASE WHEN handoff IS NOT NULL THEN handoff || '{"note": null}' END,
        result = CASE WHEN result IS NOT NULL
            THEN jsonb_build_object('end', result->'end', 'variables', '{}'::jsonb) END
    WHERE id = ANY(%(sessions)s)
        AND (erased_at IS NULL OR coalesce(customer, external_id, result->>'variables', '{}') <> '{}')
    """,
)


class Erasures:
    """The orders of all tenants. Every method may raise StoreUnavailable; nothing is changed then."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def order(self, wanted: Erasure, event: Event) -> Erasure:
        """Write down an order with its event, or return the one about the same customer that is not finished."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "INSERT INTO erasures (id, tenant, customer, correlation_id, requested_by)"  # noqa: S608
                " VALUES (%(id)s, %(tenant)s, %(customer)s, %(correlation_id)s, %(requested_by)s)"
                " ON CONFLICT (tenant, customer) WHERE finished_at IS NULL DO UPDATE SET sessions = erasures.sessions"
                f" RETURNING {_COLUMNS}".encode(),
                vars(wanted),
            )
            row = await cursor.fetchone()
            assert row is not None, "the statement always gives a row"  # noqa: S101
            if row["id"] == wanted.id:
                await write(connection, event)
            return Erasure(**row)

    async def find(self, erasure: UUID, tenant: str) -> Erasure | None:
        """Return an order of this tenant, or None."""
        row = await self._database.fetch_one(
            f"SELECT {_COLUMNS} FROM erasures WHERE id = %s AND tenant = %s",  # noqa: S608
            (erasure, tenant),
        )
        return Erasure(**row) if row else None

    async def unfinished(self) -> list[Erasure]:
        """Return what is left to do for all tenants, the oldest first; for background work."""
        rows = await self._database.fetch_all(
            f"SELECT {_COLUMNS} FROM erasures WHERE finished_at IS NULL ORDER BY requested_at"  # noqa: S608
        )
        return [Erasure(**row) for row in rows]

    async def sessions_left(self, erasure: Erasure, *, after: UUID | None, limit: int) -> list[UUID]:
        """Return sessions of the customer that are not emptied yet, in the order of their ids, after one of them."""
        rows = await self._database.fetch_all(
            "SELECT id FROM sessions WHERE tenant = %s AND customer = %s AND (%s::uuid IS NULL OR id > %s)"
            " ORDER BY id LIMIT %s",
            (erasure.tenant, erasure.customer, after, after, limit),
        )
        return [row["id"] for row in rows]

    async def empty(self, erasure: Erasure, session: UUID) -> None:
        """Remove everything that was said in a session of the customer, and record that, in one transaction."""
        event = Event(
            EventType.SESSION_ERASED,
            tenant=erasure.tenant,
            session=session,
            actor=erasure.requested_by,
            correlation_id=erasure.correlation_id,
            data={"erasure": str(erasure.id)},
        )
        async with self._database.transaction() as connection:
            await _empty(connection, [session])
            await connection.execute("UPDATE erasures SET sessions = sessions + 1 WHERE id = %s", (erasure.id,))
            await write(connection, event)

    async def finish(self, erasure: Erasure) -> None:
        """Drop all kept answers of functions, of which nobody can tell whose they are, and forget the customer."""
        async with self._database.transaction() as connection:
            await connection.execute("DELETE FROM function_answers")
            cursor = await connection.execute(
                "UPDATE erasures SET finished_at = now(), customer = NULL WHERE id = %s AND finished_at IS NULL"
                " RETURNING sessions",
                (erasure.id,),
            )
            if row := await cursor.fetchone():
                event = Event(
                    EventType.CUSTOMER_ERASED,
                    tenant=erasure.tenant,
                    actor=erasure.requested_by,
                    correlation_id=erasure.correlation_id,
                    data={"erasure": str(erasure.id), "sessions": row["sessions"]},
                )
                await write(connection, event)

    async def empty_again(self) -> None:
        """Remove what requests that were under way have written since their sessions were emptied, of all tenants."""
        rows = await self._database.fetch_all(
            "SELECT id FROM sessions WHERE erased_at > now() - %s", (_SETTLES_WITHIN,)
        )
        if rows:
            async with self._database.transaction() as connection:
                await _empty(connection, [row["id"] for row in rows])

    async def empty_ended(self, until: datetime, *, limit: int) -> int:
        """Remove what was said in sessions of all tenants that ended before, the oldest first; return from how many."""
        rows = await self._database.fetch_all(
            "SELECT id FROM sessions WHERE ended_at < %s AND erased_at IS NULL ORDER BY ended_at LIMIT %s",
            (until, limit),
        )
        if rows:
            async with self._database.transaction() as connection:
                await _empty(connection, [row["id"] for row in rows])
        return len(rows)


async def _empty(connection: Connection, sessions: Sequence[UUID]) -> None:
    for statement in _EMPTY:
        await connection.execute(statement.encode(), {"sessions": list(sessions), "stays": list(STAYS)})
