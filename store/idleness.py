"""Sessions that nobody writes in: warned, then abandoned, unless somebody writes after all.

Whatever writes in a session locks its row, so of a write and an abandonment at the same moment one comes first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from store.database import Database
from store.journal import Event, EventType, write
from store.snapshots import forget

_SHARE: Final = 0.8
"""Of the limit, after which is warned."""
_ACTOR = "background"

_LIMIT: Final = """
    coalesce(make_interval(secs =>
        coalesce(releases.idle_limits->>sessions.channel, releases.idle_limits->>'')::float8), %(limit)s)
"""


@dataclass(frozen=True)
class Idle:
    """A session that nobody has written in for long."""

    id: UUID
    tenant: str
    correlation_id: str
    since: datetime
    until: datetime


class Idleness:
    """Idle sessions of all tenants. Every method may raise StoreUnavailable.

    Args:
        database: where they are.
        limit: how long nobody may write in a session whose release has no limit of its own.
    """

    def __init__(self, database: Database, limit: timedelta) -> None:
        self._database = database
        self._limit = limit

    async def idle(self, count: int) -> list[Idle]:
        """Return sessions that are to be warned: most of their time is over."""
        rows = await self._database.fetch_all(
            f"""
            SELECT id, tenant, correlation_id, touched_at AS since,
                greatest(touched_at + {_LIMIT}, now() + {_LIMIT} * (1 - %(share)s::float8)) AS until
            FROM sessions JOIN releases ON releases.script = sessions.script AND releases.number = sessions.release
            WHERE state = 'running' AND idle_until IS NULL AND touched_at < now() - {_LIMIT} * %(share)s::float8
            ORDER BY touched_at LIMIT %(count)s
            """,  # noqa: S608  only the part above is put in
            {"limit": self._limit, "share": _SHARE, "count": count},
        )
        return [Idle(**row) for row in rows]

    async def warn(self, session: Idle) -> bool:
        """Record until when a session may stay idle, and the event of it; False where it is idle no longer."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "UPDATE sessions SET idle_until = %s"
                " WHERE id = %s AND state = 'running' AND idle_until IS NULL AND touched_at = %s",
                (session.until, session.id, session.since),
            )
            if cursor.rowcount:
                data = {"since": session.since.isoformat(), "until": session.until.isoformat()}
                kind = EventType.SESSION_IDLE
                await write(connection, _event(kind, session.id, session.tenant, session.correlation_id, data))
            return bool(cursor.rowcount)

    async def spare(self, session: Idle) -> None:
        """Let a session's time begin anew: it waits for something else than a person."""
        await self._database.fetch_one(
            "UPDATE sessions SET touched_at = now() WHERE id = %s AND touched_at = %s", (session.id, session.since)
        )

    async def abandon(self, count: int) -> list[UUID]:
        """Abandon sessions whose time is over, and return them; the engine has still to be told."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                """
                WITH over AS (
                    SELECT id FROM sessions WHERE state = 'running' AND idle_until <= now()
                    LIMIT %s FOR UPDATE SKIP LOCKED
                )
                UPDATE sessions SET state = 'abandoned', variables = '{}', ended_at = now(), holder = NULL,
                    held_until = NULL, handoff = NULL, is_left_over = true
                FROM over WHERE sessions.id = over.id
                RETURNING sessions.id, tenant, channel, correlation_id, touched_at
                """,
                (count,),
            )
            rows = await cursor.fetchall()
            for row in rows:
                data = {"since": row["touched_at"].isoformat(), "channel": row["channel"]}
                event = _event(EventType.SESSION_ABANDONED, row["id"], row["tenant"], row["correlation_id"], data)
                await write(connection, event)
            await forget(connection, [row["id"] for row in rows])
            return [row["id"] for row in rows]

    async def left_over(self, count: int) -> list[UUID]:
        """Return abandoned sessions that may still run in the engine."""
        rows = await self._database.fetch_all("SELECT id FROM sessions WHERE is_left_over LIMIT %s", (count,))
        return [row["id"] for row in rows]

    async def removed(self, session: UUID) -> None:
        """Record that the engine runs an abandoned session no longer."""
        await self._database.fetch_one("UPDATE sessions SET is_left_over = false WHERE id = %s", (session,))


def _event(kind: EventType, session: UUID, tenant: str, correlation_id: str, data: dict[str, str]) -> Event:
    return Event(kind, tenant=tenant, session=session, actor=_ACTOR, correlation_id=correlation_id, data=data)
