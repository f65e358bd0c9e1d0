"""Leases: at any time one principal writes in a session, until its lease runs out, it is given away or taken over.

Whoever writes renews the lease in the statement of the write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from runtime import addresses
from store.database import Connection, Database
from store.journal import Event, EventType, write
from store.snapshots import columns

LASTS = timedelta(minutes=5)

HELD: Final = """
    held AS (
        UPDATE sessions SET holder = %(holder)s, held_until = now() + %(lasts)s, touched_at = now(),
            idle_until = NULL
        WHERE id = %(session)s AND state IN ('starting', 'running') AND handoff IS NULL
            AND (holder IS NULL OR holder = %(holder)s OR held_until < now())
        RETURNING id, tenant, channel
    )
"""
"""A part of a statement: one row where ``holder`` may write in ``session``, whose lease it renews; none otherwise."""


@dataclass(frozen=True)
class Handoff:
    """A wish that somebody else goes on with a session; ``by`` and ``at`` say who asked and when."""

    channel: str
    team: str | None
    note: str | None
    by: str
    at: datetime

    @classmethod
    def read(cls, stored: dict[str, Any] | None) -> "Handoff | None":
        """Read one as it is stored."""
        return None if stored is None else cls(**{**stored, "at": datetime.fromisoformat(stored["at"])})

    def written(self) -> Jsonb:
        """Write it as it is stored."""
        return Jsonb({**vars(self), "at": self.at.isoformat()})


@dataclass(frozen=True)
class Waiting:
    """A session that waits to be claimed."""

    session: UUID
    script: str
    title: str
    customer: str | None
    external_id: str | None
    handoff: Handoff


@dataclass(frozen=True)
class Claim:
    """Who wants a session, and why whoever works on it should lose it: None where that may not happen."""

    session: UUID
    by: str
    correlation_id: str
    takeover: str | None = None


class Leases:
    """The leases of all sessions.

    Args:
        database: where they are kept.
        lasts: how long a lease lives after the last write.
    """

    def __init__(self, database: Database, lasts: timedelta = LASTS) -> None:
        self._database = database
        self.lasts = lasts

    async def renew(self, session: UUID, holder: str) -> bool:
        """Take or renew the lease of a session.

        Returns:
            False where somebody else has it, the session waits to be claimed, or is over.

        Raises:
            StoreUnavailable: the database cannot be reached; nothing is changed.
        """
        row = await self._database.fetch_one(
            f"WITH {HELD} SELECT id FROM held",  # noqa: S608  only the part above is put in
            {"session": session, "holder": holder, "lasts": self.lasts},
        )
        return row is not None

    async def write(self, event: Event, *, step: str | None = None, seen: Mapping[str, Any] | None = None) -> bool:
        """Write an event of one who works on a session; the event's actor takes or renews the lease.

        Args:
            event: gets the session's channel into its data.
            step: what was typed at this step and not submitted is forgotten.
            seen: the variables that the step saw, kept for going back to it.

        Returns:
            False where somebody else has the lease, the session waits to be claimed, or is over: nothing is written.

        Raises:
            StoreUnavailable: the database cannot be reached; nothing is written.
        """
        row = await self._database.fetch_one(
            f"""
            WITH {HELD}, event AS (
                INSERT INTO journal (type, tenant, session, actor, correlation_id, data, address)
                SELECT %(type)s, tenant, id, %(holder)s, %(correlation_id)s,
                    %(data)s || jsonb_build_object('channel', channel), %(address)s
                FROM held
            ), typed AS (
                DELETE FROM inputs USING held WHERE inputs.session = held.id AND step = %(step)s
            ), snapshot AS (
                INSERT INTO snapshots (session, step, variables, times)
                SELECT id, %(step)s, %(variables)s, %(times)s FROM held WHERE %(has_seen)s
                ON CONFLICT (session, step) DO NOTHING
            )
            SELECT id FROM held
            """,  # noqa: S608  only the part above is put in
            {
                **columns(seen or {}),
                "has_seen": seen is not None,
                "session": event.session,
                "holder": event.actor,
                "lasts": self.lasts,
                "type": event.type,
                "correlation_id": event.correlation_id,
                "data": Jsonb(event.data),
                "address": addresses.current(),
                "step": step,
            },
        )
        return row is not None

    async def hand_off(self, session: UUID, handoff: Handoff, correlation_id: str) -> bool:
        """Let a session wait for somebody else, which ends the lease of who asks; asked again, the newer wish counts.

        Returns:
            False where somebody else has the lease or has handed it off, or the session is over.

        Raises:
            StoreUnavailable: the database cannot be reached; nothing is changed.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                """
                UPDATE sessions SET handoff = %(handoff)s, holder = NULL, held_until = NULL, touched_at = now(),
                    idle_until = NULL
                WHERE id = %(session)s AND state IN ('starting', 'running')
                    AND CASE WHEN handoff IS NULL
                        THEN holder IS NULL OR holder = %(by)s OR held_until < now() ELSE handoff->>'by' = %(by)s END
                RETURNING tenant, channel
                """,
                {"session": session, "by": handoff.by, "handoff": handoff.written()},
            )
            row = await cursor.fetchone()
            if row is None:
                return False
            to = {"channel": handoff.channel, "team": handoff.team}
            event = Event(
                EventType.HANDOFF_ASKED,
                tenant=row["tenant"],
                session=session,
                actor=handoff.by,
                correlation_id=correlation_id,
                data={"channel": row["channel"], "to": to, "note": handoff.note},
            )
            await write(connection, event)
            return True

    async def claim(self, claim: Claim) -> bool:
        """Take the lease of a session that is free or waits; with a reason, from whoever has it.

        A session that waits then belongs to the channel and team that it was handed to, unless who asked takes it back.

        Returns:
            False where somebody else has the lease, or the session is over.

        Raises:
            StoreUnavailable: the database cannot be reached; nothing is changed.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "SELECT tenant, channel, team, handoff, held_until > now() AS is_held, holder FROM sessions"
                " WHERE id = %s AND state IN ('starting', 'running') FOR UPDATE",
                (claim.session,),
            )
            row = await cursor.fetchone()
            if row is None:
                return False
            holder = row["holder"] if row["is_held"] else None
            if holder not in {None, claim.by} and claim.takeover is None:
                return False
            handoff = Handoff.read(row["handoff"])
            channel, team = row["channel"], row["team"]
            if handoff is not None and handoff.by != claim.by:
                channel, team = handoff.channel, handoff.team or team
            await connection.execute(
                "UPDATE sessions SET holder = %s, held_until = now() + %s, touched_at = now(), idle_until = NULL,"
                " handoff = NULL, channel = %s, team = %s WHERE id = %s",
                (claim.by, self.lasts, channel, team, claim.session),
            )
            if holder != claim.by:
                await _tell(connection, claim, row["tenant"], holder, {"channel": channel, "team": team})
            return True

    async def waiting(self, tenant: str, teams: list[str] | None, *, limit: int) -> list[Waiting]:
        """Return the sessions of a tenant that wait to be claimed, those that wait longest first.

        Args:
            tenant: whose.
            teams: for these teams, and for no team in particular; None for all.
            limit: how many at most.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all(
            """
            SELECT sessions.id AS session, script, releases.title, customer, external_id, handoff
            FROM sessions JOIN releases USING (script) WHERE releases.number = sessions.release
                AND tenant = %(tenant)s AND handoff IS NOT NULL
                AND (%(teams)s::text[] IS NULL OR coalesce(handoff->>'team' = ANY (%(teams)s), true))
            ORDER BY handoff->>'at', sessions.id LIMIT %(limit)s
            """,
            {"tenant": tenant, "teams": teams, "limit": limit},
        )
        return [Waiting(**{**row, "handoff": Handoff.read(row["handoff"])}) for row in rows]


async def _tell(connection: Connection, claim: Claim, tenant: str, former: str | None, data: dict[str, Any]) -> None:
    kind = EventType.SESSION_CLAIMED
    if former is not None:
        kind, data = EventType.SESSION_TAKEN_OVER, {**data, "from": former, "reason": claim.takeover}
    event = Event(
        kind, tenant=tenant, session=claim.session, actor=claim.by, correlation_id=claim.correlation_id, data=data
    )
    await write(connection, event)
