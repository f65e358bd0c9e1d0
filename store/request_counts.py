"""How many requests a principal has sent this minute, as far as the facades have told each other."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from store.database import Database

_KEPT = timedelta(minutes=5)


class RequestCounts:
    """Counts of requests by minute. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, minute: datetime, counted: Mapping[str, int]) -> dict[str, int]:
        """Add what one process has counted of each principal; return what all processes have."""
        rows = await self._database.fetch_all(
            "INSERT INTO request_counts AS known (principal, minute, requests)"
            " SELECT principal, %s, requests FROM unnest(%s::text[], %s::bigint[]) AS seen (principal, requests)"
            " ORDER BY principal"
            " ON CONFLICT (principal, minute) DO UPDATE SET requests = known.requests + excluded.requests"
            " RETURNING principal, requests",
            (minute, list(counted.keys()), list(counted.values())),
        )
        return {row["principal"]: row["requests"] for row in rows}

    async def forget_old(self) -> None:
        """Delete what no process counts any more."""
        await self._database.fetch_one("DELETE FROM request_counts WHERE minute < now() - %s", (_KEPT,))
