"""What the CRM remembers of calls: a case each, in its own table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from psycopg import sql
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from demo.postgres import Database

Status = Literal["open", "solved", "cancelled", "handed_off", "closed"]
_LOCK = 0x63726D
"""Number of the advisory lock (PostgreSQL documentation, 13.3.5) that one process at a time may hold."""


class CaseUnknown(Exception):
    """There is no case of this number."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call of one customer, and what came of it; see ``schema.sql``."""

    number: int
    account: str
    operator: str
    status: Status
    session: str | None
    script: str | None
    step: str | None
    end: str | None
    result: Mapping[str, Any]
    notes: str
    comment: str
    opened_at: datetime
    ended_at: datetime | None


class Cases:
    """The table of cases.

    Args:
        database: the demo systems' own; every method raises psycopg.OperationalError where it can't be reached.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self) -> None:
        """Make the table where there is none."""
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            await connection.execute(Path(__file__).with_name("schema.sql").read_bytes())

    async def open(self, account: str, operator: str) -> Case:
        """Open a case for a call that has come in."""
        return await self._one(
            "INSERT INTO crm.cases (account, operator) VALUES (%s, %s) RETURNING *", account, operator
        )

    async def read(self, number: int) -> Case:
        """A case.

        Raises:
            CaseUnknown: there is none of this number.
        """
        return await self._one("SELECT * FROM crm.cases WHERE number = %s", number)

    async def of_customer(self, account: str, limit: int) -> Sequence[Case]:
        """A customer's latest cases, the last first."""
        return await self._all(
            "SELECT * FROM crm.cases WHERE account = %s ORDER BY number DESC LIMIT %s", account, limit
        )

    async def latest(self, limit: int) -> Sequence[Case]:
        """The latest cases of all customers, the last first."""
        return await self._all("SELECT * FROM crm.cases ORDER BY number DESC LIMIT %s", limit)

    async def change(self, number: int, changes: Mapping[str, Any]) -> Case:
        """Write what is now known; a status other than open ends the case.

        Args:
            number: of the case.
            changes: by column.

        Raises:
            CaseUnknown: there is none of this number.
        """
        if not changes:
            return await self.read(number)
        written = [sql.SQL("{} = %s").format(sql.Identifier(column)) for column in changes]
        if "status" in changes:
            written.append(
                sql.SQL("ended_at = CASE WHEN {} THEN NULL ELSE now() END").format(changes["status"] == "open")
            )
        values = [Jsonb(value) if isinstance(value, dict) else value for value in changes.values()]
        statement = sql.SQL("UPDATE crm.cases SET {} WHERE number = %s RETURNING *").format(sql.SQL(", ").join(written))
        return await self._one(statement, *values, number)

    async def delete_all(self) -> None:
        """Forget everything."""
        async with self._database.transaction() as connection:
            await connection.execute("TRUNCATE crm.cases RESTART IDENTITY")

    async def _one(self, statement: Any, *values: Any) -> Case:
        found = await self._all(statement, *values)
        if not found:
            raise CaseUnknown
        return found[0]

    async def _all(self, statement: Any, *values: Any) -> list[Case]:
        async with self._database.transaction() as connection, connection.cursor(row_factory=class_row(Case)) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall()
