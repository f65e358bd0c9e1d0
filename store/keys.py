"""API keys: kept as SHA-256 digests, each with its roles and its tenant."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from store.database import Database
from store.journal import Event, EventType, write


@dataclass(frozen=True)
class ApiKey:
    """What a valid key says about its bearer."""

    name: str
    roles: frozenset[str]
    tenant: str


def digest(key: str) -> bytes:
    """Return what is stored of a key. Keys are random and long, so one plain hash is enough."""
    return hashlib.sha256(key.encode()).digest()


class Keys:
    """The API keys in force."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, key: str) -> ApiKey | None:
        """Return what ``key`` stands for, or None where it is unknown, expired or revoked.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        row = await self._database.fetch_one(
            "SELECT name, roles, tenant FROM api_keys WHERE digest = %s"
            " AND revoked_at IS NULL AND coalesce(expires_at > now(), true)",
            (digest(key),),
        )
        return ApiKey(row["name"], frozenset(row["roles"]), row["tenant"]) if row else None

    async def put(self, name: str, key: str, *, roles: Sequence[str], tenant: str) -> None:
        """Make ``key`` valid under ``name``, in place of an earlier key of that name.

        Raises:
            StoreUnavailable: the database cannot be reached; nothing is changed.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                """
                INSERT INTO api_keys (name, digest, roles, tenant) VALUES (%s, %s, %s, %s)
                ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, roles = excluded.roles,
                    tenant = excluded.tenant, created_at = now(), expires_at = NULL, revoked_at = NULL
                WHERE (api_keys.digest, api_keys.roles, api_keys.tenant)
                    IS DISTINCT FROM (excluded.digest, excluded.roles, excluded.tenant)
                """,
                (name, digest(key), list(roles), tenant),
            )
            if cursor.rowcount:
                data = {"name": name, "roles": list(roles)}
                await write(connection, Event(EventType.KEY_IMPORTED, tenant=tenant, data=data))
