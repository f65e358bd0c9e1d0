"""Declarations of functions and systems that were written through the API, as immutable revisions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb

from store.database import Database
from store.journal import Event, EventType, write
from store.uses import Use, Uses


class Kind(StrEnum):
    """What is declared."""

    FUNCTION = "function"
    SYSTEM = "system"


@dataclass(frozen=True)
class Revision:
    """One state of a declaration; ``digest`` is over its content."""

    kind: Kind
    name: str
    number: int
    digest: str
    document: dict[str, Any]
    created_at: datetime
    created_by: str


class Declarations:
    """All revisions; the highest number of a name is in force."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_force(self) -> list[Revision]:
        """Return the revision in force of everything declared here, by kind and name.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all(
            "SELECT DISTINCT ON (kind, name) kind, name, number, digest, document, created_at, created_by"
            " FROM declaration_revisions ORDER BY kind, name, number DESC"
        )
        return [Revision(**{**row, "kind": Kind(row["kind"])}) for row in rows]

    async def state(self) -> int:
        """Return a number that differs whenever a revision was added; cheap enough to ask every second."""
        row = await self._database.fetch_one("SELECT count(*) AS revisions FROM declaration_revisions")
        return int(row["revisions"]) if row else 0

    async def revisions(self, kind: Kind, name: str) -> list[Revision]:
        """Return all revisions of a declaration, the newest first."""
        rows = await self._database.fetch_all(
            "SELECT kind, name, number, digest, document, created_at, created_by FROM declaration_revisions"
            " WHERE kind = %s AND name = %s ORDER BY number DESC",
            (kind, name),
        )
        return [Revision(**{**row, "kind": Kind(row["kind"])}) for row in rows]

    async def add(self, revision: Revision) -> bool:
        """Add a revision, and its event; of two authors who began at the same one, the first wins.

        Args:
            revision: ``number`` is one more than the revision that the author has seen, 1 for the first.

        Returns:
            Whether it was added: False where that number is taken or leaves a gap.

        Raises:
            StoreUnavailable: nothing is added.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                """
                INSERT INTO declaration_revisions (kind, name, number, digest, document, created_by)
                SELECT %(kind)s, %(name)s, %(number)s, %(digest)s, %(document)s, %(created_by)s
                WHERE %(number)s = 1 + (
                    SELECT coalesce(max(number), 0) FROM declaration_revisions
                    WHERE kind = %(kind)s AND name = %(name)s
                )
                ON CONFLICT DO NOTHING
                """,
                {**vars(revision), "document": Jsonb(revision.document)},
            )
            if not cursor.rowcount:
                return False
            data = {"kind": revision.kind, "name": revision.name, "revision": revision.number}
            await write(connection, Event(EventType.DECLARATION_CHANGED, actor=revision.created_by, data=data))
            return True

    async def uses(self, function: str) -> list[Use]:
        """Return where releases that the engine holds call a function, the newest release of a script first."""
        return await Uses(self._database).of_functions([function])
