"""Which choices were found for the searched fields of a step."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from store.database import Database

KEPT = timedelta(days=7)
"""A step that waits for longer must be searched again."""


class OfferedOptions:
    """Digests of values that were offered. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, session: UUID, step: str, field: str, values: Sequence[Any]) -> None:
        """Keep that these values were offered."""
        await self._database.fetch_one(
            "INSERT INTO offered_options (session, step, field, digest) SELECT %s, %s, %s, unnest(%s::bytea[])"
            " ON CONFLICT (session, step, field, digest) DO UPDATE SET offered_at = excluded.offered_at",
            (session, step, field, list({_digest(value) for value in values})),
        )

    async def were(self, session: UUID, step: str, field: str, values: Sequence[Any]) -> bool:
        """Whether all these values were offered."""
        digests = {_digest(value) for value in values}
        row = await self._database.fetch_one(
            "SELECT count(*) AS known FROM offered_options"
            " WHERE session = %s AND step = %s AND field = %s AND digest = ANY(%s)",
            (session, step, field, list(digests)),
        )
        return row is not None and row["known"] == len(digests)

    async def forget_old(self) -> int:
        """Delete what was offered longer ago than `KEPT`; return how many."""
        rows = await self._database.fetch_all(
            "DELETE FROM offered_options WHERE offered_at < now() - %s RETURNING 1 AS one", (KEPT,)
        )
        return len(rows)


def _digest(value: Any) -> bytes:
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).digest()
