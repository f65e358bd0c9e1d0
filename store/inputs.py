"""What an operator has typed at a step and not yet submitted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from store.database import Database


@dataclass(frozen=True)
class Input:
    """Answers as they were last typed."""

    step: str
    answers: dict[str, Any]
    saved_by: str
    saved_at: datetime


class Inputs:
    """Unsubmitted inputs by session and step. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, session: UUID, step: str, answers: dict[str, Any], author: str) -> datetime:
        """Keep what was typed, in place of what was typed before; return when."""
        row = await self._database.fetch_one(
            "INSERT INTO inputs (session, step, answers, saved_by) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (session, step) DO UPDATE SET answers = excluded.answers, saved_by = excluded.saved_by,"
            " saved_at = now() RETURNING saved_at",
            (session, step, Jsonb(answers), author),
        )
        assert row is not None, "the statement always gives a row"  # noqa: S101
        at: datetime = row["saved_at"]
        return at

    async def of_session(self, session: UUID) -> dict[str, Input]:
        """Return the inputs of a session by step."""
        rows = await self._database.fetch_all(
            "SELECT step, answers, saved_by, saved_at FROM inputs WHERE session = %s", (session,)
        )
        return {row["step"]: Input(**row) for row in rows}

    async def drop(self, session: UUID) -> None:
        """Forget what was typed in a session: it was submitted, or the session is over."""
        await self._database.fetch_one("DELETE FROM inputs WHERE session = %s", (session,))
