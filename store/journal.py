"""The journal: what happened, in rows that are also the outbox.

Durable events are written by the statement or transaction of the act that they record. Telemetry is written in batches
and may lose its last second when a process is killed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from runtime import addresses
from store.database import WITHOUT_FLUSH, Connection, Database


class EventType(StrEnum):
    """Everything that the journal records, one word for one thing."""

    SESSION_STARTED = "session_started"
    ANSWER_GIVEN = "answer_given"
    ANSWER_REFUSED = "answer_refused"
    HANDOFF_ASKED = "handoff_asked"
    SESSION_CLAIMED = "session_claimed"
    SESSION_TAKEN_OVER = "session_taken_over"
    TURN_TAKEN = "turn_taken"
    BACK_BEGUN = "back_begun"
    BACK_DONE = "back_done"
    BACK_GIVEN_UP = "back_given_up"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_REFUSED = "message_refused"
    SESSION_RETRIED = "session_retried"
    MANUAL_CHOSEN = "manual_chosen"
    SESSION_CANCELLED = "session_cancelled"
    SESSION_IDLE = "session_idle"
    SESSION_ABANDONED = "session_abandoned"
    SESSION_ENDED = "session_ended"
    FUNCTION_CALLED = "function_called"
    EFFECT = "effect"
    WEBHOOK_CHANGED = "webhook_changed"
    DECLARATION_CHANGED = "declaration_changed"
    PIN_REPLACED = "pin_replaced"
    SESSION_RECORDED = "session_recorded"
    DRAFT_CHANGED = "draft_changed"
    CASES_OVERRIDDEN = "cases_overridden"
    RELEASE_PUBLISHED = "release_published"
    RELEASE_RETIRED = "release_retired"
    RELEASE_BROUGHT_BACK = "release_brought_back"
    RELEASE_LOST = "release_lost"
    ROLLOUT_SWITCHED = "rollout_switched"
    KEY_IMPORTED = "key_imported"
    KEY_CREATED = "key_created"
    KEY_ROTATED = "key_rotated"
    KEY_REVOKED = "key_revoked"
    CUSTOMER_ERASURE_ORDERED = "customer_erasure_ordered"
    CUSTOMER_ERASED = "customer_erased"
    SESSION_ERASED = "session_erased"
    SIGN_IN_FAILED = "sign_in_failed"
    ORIGINS_CHANGED = "origins_changed"
    EMBED_TOKEN_ISSUED = "embed_token_issued"  # noqa: S105  a word, no password


@dataclass(frozen=True)
class Event:
    """One thing that happened; ``data`` holds what only this type of event has."""

    type: EventType
    tenant: str | None = None
    session: UUID | None = None
    actor: str | None = None
    correlation_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    """When it happened; the database's clock where nothing is given."""


@dataclass(frozen=True)
class RecordedEvent:
    """An event as it stands in the journal."""

    id: int
    at: datetime
    type: EventType
    actor: str | None
    data: dict[str, Any]


_OF_THE_WAY = (
    EventType.ANSWER_GIVEN,
    EventType.ANSWER_REFUSED,
    EventType.EFFECT,
    EventType.BACK_BEGUN,
    EventType.BACK_DONE,
    EventType.BACK_GIVEN_UP,
)
_INSERT = """
    INSERT INTO journal (at, type, tenant, session, actor, correlation_id, data, address)
    VALUES (coalesce(%s, clock_timestamp()), %s, %s, %s, %s, %s, %s, %s)
"""

_INSERT_MANY = f"""
    INSERT INTO journal (at, type, tenant, session, actor, correlation_id, data, address)
    SELECT coalesce(at, clock_timestamp()), type, tenant, session, actor, correlation_id, data, address
    FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::jsonb[], %s::text[])
        AS event (at, type, tenant, session, actor, correlation_id, data, address), {WITHOUT_FLUSH}
"""  # noqa: S608  only the constant is put in


def _row(event: Event) -> tuple[object, ...]:
    return (
        event.at,
        event.type,
        event.tenant,
        event.session,
        event.actor,
        event.correlation_id,
        Jsonb(event.data),
        addresses.current(),
    )


async def write(connection: Connection, event: Event) -> None:
    """Write ``event`` in the transaction of ``connection``, beside the act that it records."""
    await connection.execute(_INSERT, _row(event))


class Journal:
    """The journal as a subject of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, event: Event) -> None:
        """Write one durable event; it is committed when this returns.

        Raises:
            StoreUnavailable: it is not.
        """
        async with self._database.connection() as connection:
            await write(connection, event)

    async def record_telemetry(self, events: Sequence[Event]) -> None:
        """Write a batch of events in one round trip.

        Raises:
            StoreUnavailable: none is written.
        """
        columns = [list(column) for column in zip(*map(_row, events), strict=True)]
        await self._database.fetch_one(_INSERT_MANY, columns)

    async def of_session(self, session: UUID, tenant: str) -> list[RecordedEvent]:
        """Return all events of a session, oldest first.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all(
            "SELECT id, at, type, actor, data FROM journal"
            " WHERE session = %s AND coalesce(tenant, %s) = %s ORDER BY at, id",
            (session, tenant, tenant),
        )
        return [_recorded(row) for row in rows]

    async def trail(self, session: UUID, since: datetime) -> list[RecordedEvent]:
        """Return those events of a session that say how it has come to where it is, oldest first.

        Args:
            session: whose.
            since: when it was created: older partitions of the journal are not looked into.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all(
            "SELECT id, at, type, actor, data FROM journal"
            " WHERE session = %s AND at >= %s AND type = ANY(%s) ORDER BY at, id",
            (session, since, list(_OF_THE_WAY)),
        )
        return [_recorded(row) for row in rows]

    async def was_answered(self, session: UUID, step: str, idempotency_key: str) -> bool:
        """Say whether an answer to this step under this idempotency key was written down and not refused since."""
        row = await self._database.fetch_one(
            "SELECT type FROM journal WHERE session = %s AND type IN ('answer_given', 'answer_refused')"
            " AND data->>'step' = %s AND data->>'idempotency_key' = %s ORDER BY id DESC LIMIT 1",
            (session, step, idempotency_key),
        )
        return row is not None and row["type"] == EventType.ANSWER_GIVEN

    async def was_received(self, session: UUID, message: str, idempotency_key: str) -> bool:
        """Say whether a message under this idempotency key was written down and not refused since."""
        row = await self._database.fetch_one(
            "SELECT type, data->>'name' AS name FROM journal WHERE session = %s"
            " AND type IN ('message_received', 'message_refused')"
            " AND data->>'idempotency_key' = %s ORDER BY id DESC LIMIT 1",
            (session, idempotency_key),
        )
        return row is not None and row["type"] == EventType.MESSAGE_RECEIVED and row["name"] == message


def _recorded(row: DictRow) -> RecordedEvent:
    return RecordedEvent(**{**row, "type": EventType(row["type"])})
