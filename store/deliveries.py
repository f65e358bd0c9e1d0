"""What is to be told to webhooks, and what came of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from store.database import Database

KEPT = timedelta(days=30)
_CLAIM = timedelta(minutes=1)
"""For which a delivery belongs to the process that makes it; longer than an attempt takes."""


@dataclass(frozen=True)
class NewDelivery:
    """An event for one webhook; ``event`` is its id in the journal."""

    tenant: str
    webhook: str
    event: int
    type: str
    session: UUID | None
    body: str


@dataclass(frozen=True)
class Delivery:
    """A delivery that is to be made now; ``attempts`` counts this one."""

    id: int
    tenant: str
    webhook: str
    event: int
    body: str
    attempts: int


@dataclass(frozen=True)
class LoggedDelivery:
    """A delivery as it stands: due again, delivered, or given up where neither time is set."""

    event: int
    type: str
    session: UUID | None
    attempts: int
    outcome: str | None
    created_at: datetime
    due_at: datetime | None
    delivered_at: datetime | None


class Deliveries:
    """The deliveries to all webhooks. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, deliveries: Sequence[NewDelivery]) -> None:
        """Keep deliveries that are to be made; those that are known are left as they are."""
        async with self._database.transaction() as connection, connection.cursor() as cursor:
            await cursor.executemany(
                """
                INSERT INTO webhook_deliveries (tenant, webhook, event, type, session, body)
                SELECT %(tenant)s, %(webhook)s, %(event)s, %(type)s, %(session)s, %(body)s
                WHERE EXISTS (SELECT FROM webhooks WHERE tenant = %(tenant)s AND name = %(webhook)s)
                ON CONFLICT DO NOTHING
                """,
                [vars(delivery) for delivery in deliveries],
            )

    async def take(self, each: int, busy: Collection[tuple[str, str]] = ()) -> list[Delivery]:
        """Take deliveries that are due, for this process and a minute, the oldest first.

        Args:
            each: how many of one webhook at most, so that none has to wait for another.
            busy: webhooks, by tenant and name, of which none is taken now.
        """
        rows = await self._database.fetch_all(
            """
            WITH due AS (
                SELECT delivery.id FROM webhooks, LATERAL (
                    SELECT id FROM webhook_deliveries
                    WHERE tenant = webhooks.tenant AND webhook = webhooks.name AND due_at <= now()
                    ORDER BY due_at, id LIMIT %(each)s FOR UPDATE SKIP LOCKED
                ) AS delivery
                WHERE tenant || ' ' || name <> ALL (%(busy)s)
            )
            UPDATE webhook_deliveries AS delivery SET attempts = attempts + 1, due_at = now() + %(claim)s
            FROM due WHERE delivery.id = due.id
            RETURNING delivery.id, tenant, webhook, event, body, attempts
            """,
            {"each": each, "claim": _CLAIM, "busy": [f"{tenant} {name}" for tenant, name in busy]},
        )
        return [Delivery(**row) for row in sorted(rows, key=lambda row: int(row["id"]))]

    async def delivered(self, delivery: Delivery, outcome: str) -> None:
        """Record that the other system has it."""
        await self._database.fetch_one(
            "UPDATE webhook_deliveries SET outcome = %s, delivered_at = now(), due_at = NULL WHERE id = %s",
            (outcome, delivery.id),
        )

    async def failed(self, delivery: Delivery, outcome: str, again: timedelta | None) -> None:
        """Record what went wrong, and after which time it is tried again; None where it is given up."""
        await self._database.fetch_one(
            "UPDATE webhook_deliveries SET outcome = %s, due_at = now() + %s WHERE id = %s",
            (outcome, again, delivery.id),
        )

    async def log(self, tenant: str, webhook: str, *, limit: int) -> list[LoggedDelivery]:
        """Return the newest deliveries to a webhook."""
        rows = await self._database.fetch_all(
            "SELECT event, type, session, attempts, outcome, created_at, due_at, delivered_at FROM webhook_deliveries"
            " WHERE tenant = %s AND webhook = %s ORDER BY id DESC LIMIT %s",
            (tenant, webhook, limit),
        )
        return [LoggedDelivery(**row) for row in rows]

    async def forget_old(self) -> int:
        """Delete what is older than `KEPT`; return how many."""
        async with self._database.connection() as connection:
            cursor = await connection.execute(
                "DELETE FROM webhook_deliveries WHERE created_at < now() - %s AND due_at IS NULL", (KEPT,)
            )
            return cursor.rowcount

    async def subjects(self, sessions: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
        """Return what a receiver wants to know of each session that events are about."""
        rows = await self._database.fetch_all(
            "SELECT id, script, release, channel, team, customer, external_id FROM sessions WHERE id = ANY (%s)",
            (list(sessions),),
        )
        return {row.pop("id"): row for row in rows}
