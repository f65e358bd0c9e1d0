"""API keys: kept as SHA-256 digests, each with its roles, its tenant and what it is limited to."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store.database import Connection, Database
from store.journal import Event, EventType, write


@dataclass(frozen=True)
class Limits:
    """What a key is limited to; None where it is not.

    Attributes:
        scripts: whose sessions it may walk.
        channels: of these sessions.
        teams: whose work it may do.
        requests_a_minute: how many.
    """

    scripts: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    teams: frozenset[str] | None = None
    requests_a_minute: int | None = None

    def cover(self, script: str, channel: str, team: str | None) -> bool:
        """Say whether a session is within them. One without a team is everybody's work."""
        return (
            (self.scripts is None or script in self.scripts)
            and (self.channels is None or channel in self.channels)
            and (self.teams is None or team is None or team in self.teams)
        )


UNLIMITED = Limits()


@dataclass(frozen=True)
class ApiKey:
    """What a valid key says about its bearer."""

    name: str
    roles: frozenset[str]
    tenant: str
    limits: Limits = UNLIMITED
    expires_at: datetime | None = None


@dataclass(frozen=True)
class ListedKey:
    """A key as an administrator sees it.

    Attributes:
        key: what it says about its bearer.
        created_at: when the key in force was made.
        created_by: by whom; None for one of before that was kept.
        last_used_at: some minute in which it was, None where it never was.
        former_until: until when a former key of this name is good beside it.
    """

    key: ApiKey
    created_at: datetime
    created_by: str | None
    last_used_at: datetime | None
    former_until: datetime | None


def digest(key: str) -> bytes:
    """Return what is stored of a key. Keys are random and long, so one plain hash is enough."""
    return hashlib.sha256(key.encode()).digest()


_COLUMNS = "name, roles, tenant, scripts, channels, teams, requests_a_minute, expires_at"
_IN_FORCE = "revoked_at IS NULL AND coalesce(expires_at > now(), true)"


class Keys:
    """The API keys in force. Every method may raise StoreUnavailable; nothing is changed then."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, key: str) -> ApiKey | None:
        """Return what ``key`` stands for, or None where it is unknown, expired or revoked."""
        row = await self._database.fetch_one(
            f"SELECT {_COLUMNS} FROM api_keys WHERE {_IN_FORCE} AND name = ("  # noqa: S608
            " SELECT name FROM api_keys WHERE digest = %(digest)s"
            " UNION ALL SELECT name FROM former_api_keys WHERE digest = %(digest)s AND until > now() LIMIT 1)",
            {"digest": digest(key)},
        )
        return ApiKey(**_parsed(row)) if row else None

    async def put(self, name: str, key: str, *, roles: Sequence[str], tenant: str) -> None:
        """Make ``key`` valid under ``name``, in place of an earlier key of that name.

        A key that another has taken the place of since stays what it is.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                """
                INSERT INTO api_keys (name, digest, roles, tenant) VALUES (%s, %s, %s, %s)
                ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, roles = excluded.roles,
                    tenant = excluded.tenant, created_at = now(), expires_at = NULL, revoked_at = NULL
                WHERE (api_keys.digest, api_keys.roles, api_keys.tenant)
                    IS DISTINCT FROM (excluded.digest, excluded.roles, excluded.tenant)
                    AND NOT EXISTS (SELECT 1 FROM former_api_keys WHERE former_api_keys.digest = excluded.digest)
                """,
                (name, digest(key), list(roles), tenant),
            )
            if cursor.rowcount:
                data = {"name": name, "roles": list(roles)}
                await write(connection, Event(EventType.KEY_IMPORTED, tenant=tenant, data=data))

    async def create(self, wanted: ApiKey, key: str, event: Event) -> bool:
        """Make a new key valid, and record it with the event; False where its name is in use."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                f"""
                INSERT INTO api_keys (digest, created_by, {_COLUMNS})
                VALUES (%(digest)s, %(actor)s, %(name)s, %(roles)s, %(tenant)s, %(scripts)s, %(channels)s, %(teams)s,
                    %(requests_a_minute)s, %(expires_at)s)
                ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, created_by = excluded.created_by,
                    roles = excluded.roles, scripts = excluded.scripts, channels = excluded.channels,
                    teams = excluded.teams, requests_a_minute = excluded.requests_a_minute,
                    expires_at = excluded.expires_at, created_at = now(), revoked_at = NULL, last_used_at = NULL
                WHERE api_keys.tenant = excluded.tenant AND api_keys.revoked_at IS NOT NULL
                """.encode(),  # noqa: S608
                {**_written(wanted), "digest": digest(key), "actor": event.actor},
            )
            if cursor.rowcount:
                await write(connection, event)
            return bool(cursor.rowcount)

    async def all_of(self, tenant: str) -> list[ListedKey]:
        """Return a tenant's keys that are not revoked, by name."""
        rows = await self._database.fetch_all(
            f"SELECT {_COLUMNS}, created_at, created_by, last_used_at, ("  # noqa: S608
            "  SELECT max(until) FROM former_api_keys WHERE former_api_keys.name = api_keys.name AND until > now()"
            " ) AS former_until FROM api_keys WHERE tenant = %s AND revoked_at IS NULL ORDER BY name",
            (tenant,),
        )
        listed = ("created_at", "created_by", "last_used_at", "former_until")
        seen = [{name: row.pop(name) for name in listed} for row in rows]
        return [ListedKey(ApiKey(**_parsed(row)), **about) for row, about in zip(rows, seen, strict=True)]

    async def rotate(self, name: str, tenant: str, key: str, *, overlap: timedelta, event: Event) -> datetime | None:
        """Give a key's name another key; the present one is good for ``overlap`` more, and so is one of before.

        Returns:
            Until when, or None where this tenant has no such key.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                f"SELECT digest, now() + %s AS until FROM api_keys WHERE name = %s AND tenant = %s AND {_IN_FORCE}"  # noqa: S608
                " FOR UPDATE".encode(),
                (overlap, name, tenant),
            )
            present = await cursor.fetchone()
            if present is None:
                return None
            await connection.execute(
                "INSERT INTO former_api_keys (digest, name, until) VALUES (%s, %s, %s)",
                (present["digest"], name, present["until"]),
            )
            await connection.execute(
                "UPDATE api_keys SET digest = %s, created_at = now(), created_by = %s WHERE name = %s AND tenant = %s",
                (digest(key), event.actor, name, tenant),
            )
            await write(connection, event)
            until: datetime = present["until"]
            return until

    async def revoke(self, name: str, tenant: str, event: Event) -> bool:
        """Make a key and its former ones worthless; False where this tenant has no such key."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "UPDATE api_keys SET revoked_at = now() WHERE name = %s AND tenant = %s AND revoked_at IS NULL",
                (name, tenant),
            )
            if cursor.rowcount:
                await _end_former(connection, name)
                await write(connection, event)
            return bool(cursor.rowcount)

    async def were_used(self, names: Collection[str]) -> None:
        """Record that these keys were used within this minute; of all tenants, for the process that saw them."""
        await self._database.fetch_one(
            "UPDATE api_keys SET last_used_at = now() WHERE name = ANY(%s)"
            " AND coalesce(last_used_at < now() - interval '1 minute', true)",
            (sorted(names),),
        )


async def _end_former(connection: Connection, name: str) -> None:
    await connection.execute("UPDATE former_api_keys SET until = now() WHERE name = %s AND until > now()", (name,))


def _written(key: ApiKey) -> dict[str, Any]:
    flat = {**vars(key), **vars(key.limits)}
    return {name: sorted(those) if isinstance(those, frozenset) else those for name, those in flat.items()}


def _parsed(row: dict[str, Any]) -> dict[str, Any]:
    limited = {name: row.pop(name) for name in ("scripts", "channels", "teams")}
    limits = {name: None if only is None else frozenset(only) for name, only in limited.items()}
    requests = row.pop("requests_a_minute")
    return {**row, "roles": frozenset(row["roles"]), "limits": Limits(**limits, requests_a_minute=requests)}
