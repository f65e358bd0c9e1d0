"""Idempotent answers: one request under one key is carried out once, its answer repeated (kept for 24 hours).

A claim doesn't wait for the disk: whatever the request does waits for it afterwards, and takes its claim along.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from store.database import WITHOUT_FLUSH, Database

KEPT = timedelta(hours=24)
_ABANDONED_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Fresh:
    """The key is this request's: carry it out.

    ``session`` is the one that the key was first claimed for: an earlier process may have died while carrying it out.
    """

    session: UUID


@dataclass(frozen=True)
class InProgress:
    """Another process is carrying out the request at this moment."""


@dataclass(frozen=True)
class Mismatch:
    """The key was used for another request."""


@dataclass(frozen=True)
class Answered:
    """The request was carried out; this was its answer."""

    status: int
    body: dict[str, Any]
    session: UUID


class IdempotentAnswers:
    """The answers given under idempotency keys, by principal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self, principal: str, key: str, digest: bytes, session: UUID
    ) -> Fresh | InProgress | Mismatch | Answered:
        """Claim a key for a request about a session, whose content has this digest.

        Raises:
            StoreUnavailable: the database cannot be reached; nothing is claimed.
        """
        row = await self._database.fetch_one(
            f"""
            INSERT INTO idempotent_answers AS known (principal, key, digest, session)
            SELECT %s, %s, %s, %s FROM {WITHOUT_FLUSH}
            ON CONFLICT (principal, key) DO UPDATE SET started_at = now()
                WHERE known.digest = excluded.digest AND known.status IS NULL AND known.started_at < now() - %s
            RETURNING session
            """,  # noqa: S608  only the constant is put in
            (principal, key, digest, session, _ABANDONED_AFTER),
        )
        if row:
            return Fresh(row["session"])
        row = await self._database.fetch_one(
            "SELECT digest, status, body, session FROM idempotent_answers WHERE principal = %s AND key = %s",
            (principal, key),
        )
        if row is None:
            return InProgress()
        if row["digest"] != digest:
            return Mismatch()
        return InProgress() if row["status"] is None else Answered(row["status"], row["body"], row["session"])

    async def finish(self, principal: str, key: str, *, status: int, body: Mapping[str, Any]) -> None:
        """Keep the answer."""
        await self._database.fetch_one(
            "UPDATE idempotent_answers SET status = %s, body = %s, finished_at = now()"
            " WHERE principal = %s AND key = %s",
            (status, Jsonb(body), principal, key),
        )

    async def has_begun(self, principal: str, key: str) -> bool:
        """Say whether the session that a key was claimed for has been written down and not been called off."""
        row = await self._database.fetch_one(
            "SELECT session FROM idempotent_answers JOIN sessions ON sessions.id = session AND state <> 'cancelled'"
            " WHERE principal = %s AND key = %s",
            (principal, key),
        )
        return row is not None

    async def hand_over(self, principal: str, key: str) -> None:
        """Let the next request under this key take over at once, with the same session."""
        await self._database.fetch_one(
            "UPDATE idempotent_answers SET started_at = now() - %s - interval '1 second'"
            " WHERE principal = %s AND key = %s AND status IS NULL",
            (_ABANDONED_AFTER, principal, key),
        )

    async def release(self, principal: str, key: str) -> None:
        """Give a key back after a request that was not carried out, so that it can be tried again at once."""
        await self._database.fetch_one(
            "DELETE FROM idempotent_answers WHERE principal = %s AND key = %s AND status IS NULL", (principal, key)
        )

    async def forget_old(self) -> int:
        """Delete what is older than `KEPT`; return how many."""
        async with self._database.connection() as connection:
            cursor = await connection.execute("DELETE FROM idempotent_answers WHERE started_at < now() - %s", (KEPT,))
            return cursor.rowcount
