"""The audit trail: those events of the journal that say who changed what, beside what happens within sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.database import Database
from store.journal import EventType

AUDITED = tuple(kind for kind in EventType if kind not in {EventType.FUNCTION_CALLED, EventType.EFFECT})
"""Types of events that are in the audit trail where they are not about a session."""


@dataclass(frozen=True)
class AuditQuery:
    """Which entries are wanted.

    Attributes:
        tenant: entries of this one, and those of the whole installation.
        types: of these types alone.
        actor: of this actor alone; None for all.
        since: not before; None from the beginning.
        until: before; None up to now.
        before: entries older than that one.
        limit: how many at most.
    """

    tenant: str
    types: Sequence[EventType]
    actor: str | None
    since: datetime | None
    until: datetime | None
    before: int | None
    limit: int


@dataclass(frozen=True)
class AuditEntry:
    """One entry; ``address`` is from where the request came that did it."""

    id: int
    at: datetime
    type: EventType
    actor: str | None
    address: str | None
    correlation_id: str | None
    data: dict[str, Any]


class Audit:
    """The audit trail of all tenants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entries(self, query: AuditQuery) -> list[AuditEntry]:
        """Return the newest entries that fit, the newest first.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all(
            """
            SELECT id, at, type, actor, address, correlation_id, data FROM journal
            WHERE session IS NULL AND (tenant = %(tenant)s OR tenant IS NULL) AND type = ANY(%(types)s)
                AND (%(actor)s::text IS NULL OR actor = %(actor)s)
                AND at >= coalesce(%(since)s::timestamptz, '-infinity')
                AND at < coalesce(%(until)s::timestamptz, 'infinity')
                AND id < coalesce(%(before)s, 9223372036854775807)
            ORDER BY id DESC LIMIT %(limit)s
            """,
            {**vars(query), "types": list(query.types)},
        )
        return [AuditEntry(**{**row, "type": EventType(row["type"])}) for row in rows]
