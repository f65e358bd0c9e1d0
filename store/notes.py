"""What operators note about a session for themselves and for whoever goes on with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from store.database import Database
from store.leases import HELD, LASTS


@dataclass(frozen=True)
class Note:
    """The notes of a session as they were last written."""

    text: str
    saved_by: str
    saved_at: datetime


class Notes:
    """Notes by session. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database, lease: timedelta = LASTS) -> None:
        self._database = database
        self._lease = lease

    async def save(self, session: UUID, text: str, author: str) -> Note | None:
        """Keep notes in place of those before; the author takes or renews the lease.

        Returns:
            What is kept; None where somebody else has the lease, the session waits to be claimed, or is over.
        """
        row = await self._database.fetch_one(
            f"WITH {HELD} INSERT INTO notes (session, text, saved_by)"  # noqa: S608  a part of a statement
            " SELECT id, %(text)s, %(holder)s FROM held"
            " ON CONFLICT (session) DO UPDATE SET text = excluded.text, saved_by = excluded.saved_by, saved_at = now()"
            " RETURNING text, saved_by, saved_at",
            {"session": session, "text": text, "holder": author, "lasts": self._lease},
        )
        return Note(**row) if row else None

    async def of_session(self, session: UUID) -> Note | None:
        """Return the notes of a session, None where there are none."""
        row = await self._database.fetch_one(
            "SELECT text, saved_by, saved_at FROM notes WHERE session = %s", (session,)
        )
        return Note(**row) if row else None
