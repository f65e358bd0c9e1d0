"""What an operator has typed at a step and not yet submitted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from store.database import Database
from store.leases import HELD, LASTS


@dataclass(frozen=True)
class Input:
    """Answers as they were last typed."""

    step: str
    answers: dict[str, Any]
    saved_by: str
    saved_at: datetime


class Inputs:
    """Unsubmitted inputs by session and step. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database, lease: timedelta = LASTS) -> None:
        self._database = database
        self._lease = lease

    async def save(self, session: UUID, step: str, answers: dict[str, Any], author: str) -> datetime | None:
        """Keep what was typed, in place of what was typed before; the author takes or renews the lease.

        Returns:
            When; None where somebody else has the lease, the session waits to be claimed, or is over.
        """
        row = await self._database.fetch_one(
            f"WITH {HELD} INSERT INTO inputs (session, step, answers, saved_by)"  # noqa: S608  a part of a statement
            " SELECT id, %(step)s, %(answers)s, %(holder)s FROM held"
            " ON CONFLICT (session, step) DO UPDATE SET answers = excluded.answers, saved_by = excluded.saved_by,"
            " saved_at = now() RETURNING saved_at",
            {"session": session, "step": step, "answers": Jsonb(answers), "holder": author, "lasts": self._lease},
        )
        return row["saved_at"] if row else None

    async def of_session(self, session: UUID) -> dict[str, Input]:
        """Return the inputs of a session by step."""
        rows = await self._database.fetch_all(
            "SELECT step, answers, saved_by, saved_at FROM inputs WHERE session = %s", (session,)
        )
        return {row["step"]: Input(**row) for row in rows}

    async def drop(self, session: UUID) -> None:
        """Forget what was typed in a session: it was submitted, or the session is over."""
        await self._database.fetch_one("DELETE FROM inputs WHERE session = %s", (session,))
