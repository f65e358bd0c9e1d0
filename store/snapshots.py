"""What each step of a session saw: its variables when it was answered, kept for some time after the session's end."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from store.database import Connection, Database

AT_START = ""
"""In place of a step: what the session was started with."""
_LAST = "last seen"
"""In place of a step: what the result will need, where a session may end without anybody seeing it."""


def columns(seen: Mapping[str, Any]) -> dict[str, Jsonb]:
    """Return variables as they are stored: JSON, and times apart."""
    times = {name: value.isoformat() for name, value in seen.items() if isinstance(value, datetime)}
    return {"variables": Jsonb({name: seen[name] for name in seen if name not in times}), "times": Jsonb(times)}


async def forget(connection: Connection, sessions: Collection[UUID]) -> None:
    """Delete what sessions that are over needed for going back alone."""
    await connection.execute("DELETE FROM backs WHERE session = ANY(%s)", (list(sessions),))


class Snapshots:
    """The snapshots of all sessions; written with the answers (store.leases) and the starts that they belong to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, session: UUID, step: str) -> dict[str, Any] | None:
        """Return the variables that a step saw, None where nothing was kept.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        row = await self._database.fetch_one(
            "SELECT variables, times FROM snapshots WHERE session = %s AND step = %s", (session, step)
        )
        if row is None:
            return None
        variables: dict[str, Any] = row["variables"]
        return variables | {name: datetime.fromisoformat(value) for name, value in row["times"].items()}

    async def all(self, session: UUID) -> dict[str, dict[str, Any]]:
        """Return what each step of a session saw, by the step's id; empty where nothing is kept any more.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all("SELECT step, variables FROM snapshots WHERE session = %s", (session,))
        return {row["step"]: row["variables"] for row in rows}

    async def forget_old(self, kept: timedelta) -> int:
        """Delete the snapshots of sessions that ended longer ago; return of how many.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all(
            """
            WITH gone AS (
                DELETE FROM snapshots USING sessions WHERE session = id AND ended_at < now() - %s RETURNING session
            )
            SELECT DISTINCT session FROM gone
            """,
            (kept,),
        )
        return len(rows)

    async def keep_last(self, session: UUID, seen: Mapping[str, Any]) -> None:
        """Keep what was seen of a session last, in place of what was seen before; of one that is over, nothing.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        kept = columns(seen)
        await self._database.fetch_one(
            "INSERT INTO snapshots (session, step, variables, times)"
            " SELECT id, %(step)s, %(variables)s, %(times)s FROM sessions"
            " WHERE id = %(session)s AND state IN ('starting', 'running')"
            " ON CONFLICT (session, step) DO UPDATE SET variables = excluded.variables, times = excluded.times",
            {**kept, "session": session, "step": _LAST},
        )

    async def last(self, session: UUID) -> dict[str, Any] | None:
        """Return what was seen of a session last, None where nothing was kept.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        return await self.of(session, _LAST)
