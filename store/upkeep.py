"""What the store needs from time to time, and how far recurrent work has come."""

from datetime import datetime

from store.database import Database


async def ensure_partitions(database: Database, *, months_ahead: int = 2) -> None:
    """Make the journal's partitions for this month and the next ones.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    await database.fetch_one("SELECT journal_ensure_partitions(%s)", (months_ahead,))


async def watermark(database: Database, name: str) -> datetime | None:
    """Return the moment up to which the work called ``name`` is done, None before its first run."""
    row = await database.fetch_one("SELECT at FROM watermarks WHERE name = %s", (name,))
    return row["at"] if row else None


async def advance_watermark(database: Database, name: str, at: datetime) -> None:
    """Record that the work called ``name`` is done up to ``at``."""
    await database.fetch_one(
        "INSERT INTO watermarks (name, at) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET at = excluded.at",
        (name, at),
    )
