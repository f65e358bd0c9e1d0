"""Making the inventory's tables, filling them, and letting its one reader in."""

from datetime import datetime, timedelta
from pathlib import Path

from psycopg import sql

from demo.inventory.lines import lines, outages
from demo.postgres import Connection, Database

_LOCK = 0x696E7665
"""Number of the advisory lock (PostgreSQL documentation, 13.3.5) that one process at a time may hold."""
_READABLE = (
    "GRANT USAGE ON SCHEMA inventory TO {0}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA inventory TO {0}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA inventory TO {0}",
)


async def prepare(database: Database, now: datetime, reader: str | None) -> bool:
    """Make what is missing.

    Args:
        database: where.
        now: when the outages begin.
        reader: the role that may read, and nothing else; None where nobody may.

    Returns:
        Whether lines were made.

    Raises:
        psycopg.Error: the database can't be reached or refuses; nothing was made then.
    """
    async with database.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        await connection.execute(Path(__file__).with_name("schema.sql").read_bytes())
        for statement in _READABLE if reader else ():
            await connection.execute(sql.SQL(statement).format(sql.Identifier(reader or "")))
        found = await connection.execute("SELECT 1 FROM inventory.lines LIMIT 1")
        if await found.fetchone():
            return False
        await _fill(connection, now)
        return True


async def reset(database: Database, now: datetime) -> None:
    """Put everything back to how it was at first.

    Raises:
        psycopg.Error: the database can't be reached or refuses; nothing was changed then.
    """
    async with database.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        await connection.execute("TRUNCATE inventory.lines, inventory.outages RESTART IDENTITY")
        await _fill(connection, now)


async def _fill(connection: Connection, now: datetime) -> None:
    everything = "COPY inventory.lines (account, house, port, technology, speed, model) FROM STDIN"
    async with connection.cursor().copy(everything) as copy:
        for line in lines():
            await copy.write_row((line.account, line.house, line.port, line.technology, line.speed, line.model))
    for outage in outages():
        await connection.execute(
            "INSERT INTO inventory.outages (house, kind, reason, began, expected) VALUES (%s, %s, %s, %s, %s)",
            [outage.house, outage.kind, outage.reason, now, now + timedelta(hours=outage.hours)],
        )
