"""Rollouts: which release a new session gets, who switched it when, and how a canary does beside the release before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from store.database import Connection, Database
from store.journal import Event, EventType, write

Rules = Sequence[dict[str, Any]]
"""``{channel?, tenant?, team?, release, canary?: {release, percent, teams, since, guard?}}`` each."""

CHOICE = """
    SELECT DISTINCT ON (rollouts.script) rollouts.script,
        CASE WHEN draw.is_canary THEN (rule.canary->>'release')::integer ELSE rule.release END AS release,
        CASE WHEN rule.canary IS NULL THEN NULL WHEN draw.is_canary THEN 'canary' ELSE 'control' END AS arm
    FROM rollouts
        CROSS JOIN LATERAL jsonb_to_recordset(rollouts.rules)
            AS rule (channel text, tenant text, team text, release integer, canary jsonb)
        CROSS JOIN LATERAL (
            SELECT rule.canary IS NOT NULL AND (
                coalesce(jsonb_exists(rule.canary->'teams', %(team)s::text), false)
                OR mod(
                    hashtextextended(concat_ws('/', rollouts.script, rule.canary->>'release', %(sticky)s::text), 0)
                        & 9223372036854775807, 100
                ) < coalesce((rule.canary->>'percent')::integer, 0)
            ) AS is_canary
        ) AS draw
    WHERE coalesce(rule.channel = %(channel)s, true)
        AND coalesce(rule.tenant = %(tenant)s, true)
        AND (rule.team IS NULL OR rule.team = %(team)s::text)
        AND rollouts.script {scripts}
    ORDER BY rollouts.script, num_nonnulls(rule.channel, rule.tenant, rule.team) DESC, rule.team, rule.tenant,
        rule.channel
"""
"""The release of each of some scripts for a session of a tenant, channel and team, by the most specific rule."""

_PEOPLE = ("operator:", "user:")


def sticky(caller: str, session: UUID) -> str:
    """Return what decides about a canary: who works, where that is a person, and otherwise the session itself."""
    return caller if caller.startswith(_PEOPLE) else str(session)


@dataclass(frozen=True)
class Rollout:
    """What is rolled out of a script.

    Attributes:
        script: its key.
        version: rises by one with every switch.
        rules: which release new sessions get.
        changed_at: when it was switched.
        changed_by: by whom.
        cause: why, by language, where nobody has decided it.
        restored: the earlier version that it went back to.
    """

    script: str
    version: int
    rules: Rules
    changed_at: datetime
    changed_by: str
    cause: dict[str, str] | None = None
    restored: int | None = None


@dataclass(frozen=True)
class Switch:
    """A rollout to be.

    Attributes:
        script: the script's key.
        rules: which release new sessions get.
        author: who switches.
        cause: why, by language, where nobody has decided it.
        restored: the earlier version that it goes back to.
        correlation_id: of the request that asks for it.
    """

    script: str
    rules: Rules
    author: str
    cause: dict[str, str] | None = None
    restored: int | None = None
    correlation_id: str | None = None


@dataclass(frozen=True)
class ArmFigures:
    """How the sessions of a release did.

    Attributes:
        sessions: how many are over.
        errors: of these, in how many a function failed for good.
        cancellations: of these, how many were cancelled or abandoned.
        handling_time: the median of those that came to an end, in seconds; None where none has.
    """

    sessions: int
    errors: int
    cancellations: int
    handling_time: float | None


class Rollouts:
    """The rollouts of all scripts. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, script: str) -> Rollout | None:
        """Return what is rolled out of a script; None where nothing ever was."""
        row = await self._database.fetch_one(
            "SELECT rollouts.script, rollouts.version, rollouts.rules, rollouts.changed_at, rollouts.changed_by,"
            " cause, restored FROM rollouts LEFT JOIN rollout_versions USING (script, version)"
            " WHERE rollouts.script = %s",
            (script,),
        )
        return Rollout(**row) if row else None

    async def history(self, script: str, limit: int) -> list[Rollout]:
        """Return the switches of a script, the newest first."""
        rows = await self._database.fetch_all(
            "SELECT script, version, rules, changed_at, changed_by, cause, restored FROM rollout_versions"
            " WHERE script = %s ORDER BY version DESC LIMIT %s",
            (script, limit),
        )
        return [Rollout(**row) for row in rows]

    async def deployed(self, script: str) -> set[int]:
        """Return the releases of a script that sessions can start on."""
        rows = await self._database.fetch_all(
            "SELECT number FROM releases WHERE script = %s AND definition_id IS NOT NULL", (script,)
        )
        return {row["number"] for row in rows}

    async def switch(self, switch: Switch, seen: int | None) -> Rollout | None:
        """Replace the rules of a script, and write who did.

        Args:
            switch: what is to be.
            seen: the version that the rules were made on; None where there was none.

        Returns:
            The new rollout; None where the script is at another version.
        """
        async with self._database.transaction() as connection:
            row = await _switched(connection, switch, seen)
            return None if row is None else Rollout(**row, cause=switch.cause, restored=switch.restored)

    async def with_canaries(self) -> list[Rollout]:
        """Return the rollouts that hold a canary with a guard."""
        rows = await self._database.fetch_all(
            "SELECT script, version, rules, changed_at, changed_by FROM rollouts"
            " WHERE jsonb_path_exists(rules, '$[*].canary.guard') ORDER BY script"
        )
        return [Rollout(**row) for row in rows]

    async def figures(self, script: str, release: int, arm: str, since: datetime) -> ArmFigures:
        """Say how the sessions of one side of a canary did that began since a moment."""
        return await self._figures(
            "script = %(script)s AND release = %(release)s AND arm = %(arm)s AND created_at >= %(since)s",
            {"script": script, "release": release, "arm": arm, "since": since, "limit": _MOST_COMPARED},
        )

    async def figures_before(self, script: str, release: int, before: datetime, limit: int) -> ArmFigures:
        """Say how the newest sessions of a release did that began before a moment."""
        return await self._figures(
            "script = %(script)s AND release = %(release)s AND created_at < %(before)s",
            {"script": script, "release": release, "before": before, "limit": limit},
        )

    async def _figures(self, condition: str, given: dict[str, Any]) -> ArmFigures:
        row = await self._database.fetch_one(
            f"""
            WITH over AS (
                SELECT id, state, ended_at - created_at AS took FROM sessions
                WHERE {condition} AND state IN ('ended', 'cancelled', 'abandoned')
                ORDER BY created_at DESC LIMIT %(limit)s
            )
            SELECT count(*) AS sessions,
                count(*) FILTER (WHERE EXISTS (
                    SELECT FROM journal WHERE journal.session = over.id AND journal.type = 'function_called'
                        AND journal.data->>'outcome' = 'failed' AND journal.data->>'purpose' = 'task'
                )) AS errors,
                count(*) FILTER (WHERE state <> 'ended') AS cancellations,
                extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE state = 'ended'))
                    ::double precision AS handling_time
            FROM over
            """,  # noqa: S608  the conditions are those above
            given,
        )
        assert row is not None, "an aggregate has a row"  # noqa: S101
        return ArmFigures(**row)


_MOST_COMPARED = 10_000


async def _switched(connection: Connection, switch: Switch, seen: int | None) -> DictRow | None:
    rules = Jsonb(list(switch.rules))
    given = {"script": switch.script, "rules": rules, "author": switch.author, "seen": seen}
    cursor = await connection.execute(
        "INSERT INTO rollouts (script, rules, changed_by) VALUES (%(script)s, %(rules)s, %(author)s)"
        " ON CONFLICT DO NOTHING RETURNING script, version, rules, changed_at, changed_by"
        if seen is None
        else "UPDATE rollouts SET rules = %(rules)s, changed_by = %(author)s, changed_at = now(), version = version + 1"
        " WHERE script = %(script)s AND version = %(seen)s RETURNING script, version, rules, changed_at, changed_by",
        given,
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    await remember(connection, row, switch)
    return row


async def remember(connection: Connection, row: DictRow, switch: Switch) -> None:
    """Keep a switch in the history and in the journal.

    Args:
        connection: of the transaction that has switched.
        row: the row of `rollouts` after it.
        switch: what was done.
    """
    await connection.execute(
        "INSERT INTO rollout_versions (script, version, rules, changed_at, changed_by, cause, restored)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (
            row["script"],
            row["version"],
            Jsonb(row["rules"]),
            row["changed_at"],
            row["changed_by"],
            Jsonb(switch.cause) if switch.cause else None,
            switch.restored,
        ),
    )
    data = {"script": switch.script, "version": row["version"], "rules": list(switch.rules)}
    data |= {"cause": switch.cause} if switch.cause else {}
    data |= {"restored": switch.restored} if switch.restored else {}
    event = Event(EventType.ROLLOUT_SWITCHED, actor=switch.author, correlation_id=switch.correlation_id, data=data)
    await write(connection, event)
