"""Webhooks: addresses of other systems that a tenant wants told of events."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from store.database import Database
from store.journal import Event, write


@dataclass(frozen=True)
class Webhook:
    """An address and what it is told.

    Attributes:
        tenant: whose events.
        name: unique within the tenant.
        url: where they are posted.
        events: their types.
        key_id: which of our keys its secret is derived with.
        salt: what it is derived from.
        created_at: earlier events are not sent.
        changed_at: when it was last written.
        changed_by: by whom.
    """

    tenant: str
    name: str
    url: str
    events: frozenset[str]
    key_id: str
    salt: bytes
    created_at: datetime
    changed_at: datetime
    changed_by: str

    def secret(self, key: bytes) -> bytes:
        """Derive what its requests are signed with; only who has ``key`` can."""
        subject = "\0".join(("webhook", self.tenant, self.name)).encode()
        return hmac.digest(key, subject + b"\0" + self.salt, hashlib.sha256)


_COLUMNS = "tenant, name, url, events, key_id, salt, created_at, changed_at, changed_by"


class Webhooks:
    """The webhooks of all tenants. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_tenant(self, tenant: str) -> list[Webhook]:
        """Return the webhooks of a tenant by name."""
        rows = await self._database.fetch_all(
            f"SELECT {_COLUMNS} FROM webhooks WHERE tenant = %s ORDER BY name",  # noqa: S608
            (tenant,),
        )
        return [_webhook(row) for row in rows]

    async def find(self, tenant: str, name: str) -> Webhook | None:
        """Return one webhook."""
        row = await self._database.fetch_one(
            f"SELECT {_COLUMNS} FROM webhooks WHERE tenant = %s AND name = %s",  # noqa: S608
            (tenant, name),
        )
        return _webhook(row) if row else None

    async def everywhere(self) -> list[Webhook]:
        """Return the webhooks of all tenants, for background work."""
        return [_webhook(row) for row in await self._database.fetch_all(f"SELECT {_COLUMNS} FROM webhooks")]  # noqa: S608

    async def put(self, url: str, events: frozenset[str], key_id: str | None, event: Event) -> Webhook:
        """Write a webhook and the event of it.

        Args:
            url: where events are posted.
            events: their types.
            key_id: makes its secret anew, with the key of this id; None leaves that of before.
            event: by its tenant, actor and the name in its data the webhook is written.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                f"""
                INSERT INTO webhooks AS known (tenant, name, url, events, key_id, salt, changed_by)
                VALUES (%(tenant)s, %(name)s, %(url)s, %(events)s, coalesce(%(key_id)s, ''), %(salt)s, %(actor)s)
                ON CONFLICT (tenant, name) DO UPDATE SET url = excluded.url, events = excluded.events,
                    key_id = CASE WHEN %(is_new)s THEN excluded.key_id ELSE known.key_id END,
                    salt = CASE WHEN %(is_new)s THEN excluded.salt ELSE known.salt END,
                    changed_at = now(), changed_by = excluded.changed_by
                RETURNING {_COLUMNS}
                """.encode(),  # noqa: S608
                {
                    "tenant": event.tenant,
                    "name": event.data["name"],
                    "url": url,
                    "events": sorted(events),
                    "key_id": key_id,
                    "is_new": key_id is not None,
                    "salt": secrets.token_bytes(32),
                    "actor": event.actor,
                },
            )
            row = await cursor.fetchone()
            assert row is not None, "the statement always gives a row"  # noqa: S101
            await write(connection, event)
            return _webhook(row)

    async def delete(self, tenant: str, name: str, event: Event) -> bool:
        """Delete a webhook with everything that was still to be sent to it; False where there is none."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute("DELETE FROM webhooks WHERE tenant = %s AND name = %s", (tenant, name))
            if cursor.rowcount:
                await write(connection, event)
            return bool(cursor.rowcount)


def _webhook(row: dict[str, object]) -> Webhook:
    return Webhook(**{**row, "events": frozenset(row["events"])})  # type: ignore[call-overload]
