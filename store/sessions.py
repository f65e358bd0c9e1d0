"""Sessions: what the engine does not know about a customer's walk through a script."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from store.database import Database
from store.journal import Event, write
from store.leases import LASTS, Handoff
from store.rollouts import CHOICE, sticky
from store.snapshots import AT_START, forget


class SessionState(StrEnum):
    """How far a session has come. Where it stands in the script, the engine alone knows."""

    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"

    @property
    def is_final(self) -> bool:
        """Whether nothing more can happen in the session."""
        return self not in (SessionState.STARTING, SessionState.RUNNING)


@dataclass(frozen=True)
class NewSession:
    """A session to be."""

    id: UUID
    script: str
    tenant: str
    channel: str
    team: str | None
    locale: str | None
    customer: str | None
    external_id: str | None
    variables: dict[str, Any]
    correlation_id: str
    created_by: str


@dataclass(frozen=True)
class StoredSession(NewSession):
    """A session as it is stored."""

    release: int
    definition_id: str
    state: SessionState
    result: dict[str, Any] | None
    created_at: datetime
    ended_at: datetime | None
    holder: str | None = None
    """Who writes in it, until ``held_until``."""
    held_until: datetime | None = None
    handoff: Handoff | None = None
    """Waits to be claimed."""
    idle_until: datetime | None = None
    """Then it is abandoned, where nobody writes in it."""

    def held_by(self, now: datetime) -> str | None:
        """Return who has the lease, None where it is free."""
        return self.holder if self.held_until is not None and self.held_until > now else None

    start_form: str | None = None
    """``asked``, ``answered``, or None where the script has none."""


_COLUMNS = """id, script, release, definition_id, tenant, channel, team, locale, customer, external_id, variables,
    state, result, correlation_id, created_at, created_by, ended_at, holder, held_until, handoff,
    idle_until, start_form"""

_ASKED_FOR = timedelta(days=1)
"""How long a start form may wait for its answers."""

_CREATE = f"""
    WITH choice AS ({CHOICE.format(scripts="= %(script)s")}
    ), session AS (
        INSERT INTO sessions (id, script, release, definition_id, tenant, channel, team, locale, customer, external_id,
            variables, state, correlation_id, created_by, holder, held_until, arm)
        SELECT %(id)s, releases.script, releases.number, releases.definition_id, %(tenant)s, %(channel)s, %(team)s,
            %(locale)s, %(customer)s, %(external_id)s, %(variables)s, 'starting', %(correlation_id)s, %(created_by)s,
            %(created_by)s, now() + %(lease)s, choice.arm
        FROM choice JOIN releases ON releases.script = choice.script AND releases.number = choice.release
            AND releases.definition_id IS NOT NULL
        ON CONFLICT (id) DO NOTHING
        RETURNING {_COLUMNS}, arm
    ), event AS (
        INSERT INTO journal (type, tenant, session, actor, correlation_id, data)
        SELECT 'session_started', tenant, id, created_by, correlation_id,
            jsonb_build_object('script', script, 'release', release, 'channel', channel)
            || CASE WHEN arm IS NULL THEN '{{}}' ELSE jsonb_build_object('arm', arm) END
        FROM session
    )
    SELECT {_COLUMNS} FROM session
"""  # noqa: S608  only the column names above and the choice are put in


class Sessions:
    """The sessions of all tenants; every query names its tenant.

    Args:
        database: where they are kept.
        lease: how long a new session belongs to who has started it, without a further write.
    """

    def __init__(self, database: Database, lease: timedelta = LASTS) -> None:
        self._database = database
        self._lease = lease

    async def create(self, session: NewSession) -> StoredSession | None:
        """Write a session on the release that the rollout names for it, and the event of its start, in one statement.

        Returns:
            The stored session, or None where no rollout covers it or a session with this id exists.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        given = {**vars(session), "variables": Jsonb(session.variables), "lease": self._lease}
        given["sticky"] = sticky(session.created_by, session.id)
        row = await self._database.fetch_one(_CREATE, given)
        return _stored(row) if row else None

    async def find(self, session: UUID, tenant: str) -> StoredSession | None:
        """Return a session of this tenant, or None."""
        row = await self._database.fetch_one(
            f"SELECT {_COLUMNS} FROM sessions WHERE id = %s AND tenant = %s",  # noqa: S608
            (session, tenant),
        )
        return _stored(row) if row else None

    async def mark_running(self, session: UUID) -> None:
        """Record that the engine has started the process; what the caller gave is then the engine's to keep."""
        await self._database.fetch_one(
            "WITH given AS (INSERT INTO snapshots (session, step, variables)"
            " SELECT id, %(at_start)s, variables FROM sessions WHERE id = %(session)s AND state = 'starting'"
            " ON CONFLICT DO NOTHING)"
            " UPDATE sessions SET state = 'running', variables = '{}' WHERE id = %(session)s AND state = 'starting'",
            {"session": session, "at_start": AT_START},
        )

    async def finish(
        self, session: UUID, state: SessionState, result: dict[str, Any] | None, event: Event
    ) -> StoredSession | None:
        """Record how a session ended, and the event of it, once.

        Returns:
            The session as it now stands, or None where it had been finished already.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                f"UPDATE sessions SET state = %s, result = %s, variables = '{{}}', ended_at = now(),"  # noqa: S608
                " holder = NULL, held_until = NULL, handoff = NULL"
                f" WHERE id = %s AND state IN ('starting', 'running') RETURNING {_COLUMNS}".encode(),
                (state, Jsonb(result) if result is not None else None, session),
            )
            row = await cursor.fetchone()
            if row is None:
                return None
            await forget(connection, [session])
            await write(connection, event)
            return _stored(row)

    async def find_unfinished(self, session: UUID) -> StoredSession | None:
        """Return a session of any tenant that is not recorded as over, or None; for background work."""
        row = await self._database.fetch_one(
            f"SELECT {_COLUMNS} FROM sessions WHERE id = %s AND state IN ('starting', 'running')",  # noqa: S608
            (session,),
        )
        return _stored(row) if row else None

    async def unstarted(self, *, older_than: timedelta, limit: int) -> list[StoredSession]:
        """Return sessions of all tenants whose start was begun and not recorded as done, oldest first.

        One that waits for the answers to its start form is among them when it has waited for a day.
        """
        rows = await self._database.fetch_all(
            f"SELECT {_COLUMNS} FROM sessions WHERE state = 'starting' AND created_at < now() - %s"  # noqa: S608
            " AND (start_form IS DISTINCT FROM 'asked' OR created_at < now() - %s) ORDER BY created_at LIMIT %s",
            (older_than, _ASKED_FOR, limit),
        )
        return [_stored(row) for row in rows]


def _stored(row: DictRow) -> StoredSession:
    return StoredSession(**{**row, "state": SessionState(row["state"]), "handoff": Handoff.read(row["handoff"])})
