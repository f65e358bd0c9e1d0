"""Starts of sessions whose script begins with a form. All of them are in the state ``starting`` meanwhile.

``asked`` → the engine knows nothing yet; ``answered`` → it is asked to start with the answers, which the row holds, so
that whoever comes after a kill can ask it again. Every method may raise StoreUnavailable; nothing is changed then.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from store.database import Database

_TAKES = timedelta(seconds=45)
"""Longer than the engine's answer is waited for: after that nobody asks it for the same start any more."""


class StartForms:
    """How far the start forms of sessions have come."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, session: UUID) -> None:
        """Record that a session waits for the answers to its start form."""
        await self._database.fetch_one(
            "UPDATE sessions SET start_form = 'asked' WHERE id = %s AND state = 'starting' AND start_form IS NULL",
            (session,),
        )

    async def answer(self, session: UUID, variables: dict[str, Any]) -> bool:
        """Keep the variables that the engine is to start with; False where somebody else has answered."""
        row = await self._database.fetch_one(
            "UPDATE sessions SET start_form = 'answered', variables = %s, start_tried_at = now()"
            " WHERE id = %s AND state = 'starting' AND start_form = 'asked' RETURNING id",
            (Jsonb(variables), session),
        )
        return row is not None

    async def ask_again(self, session: UUID) -> None:
        """Take back an answer with which the engine has not started."""
        await self._database.fetch_one(
            "UPDATE sessions SET start_form = 'asked' WHERE id = %s AND state = 'starting' AND start_form = 'answered'",
            (session,),
        )

    async def claim(self, session: UUID) -> bool:
        """Take over a start that was cut short; False where somebody is at it."""
        row = await self._database.fetch_one(
            "UPDATE sessions SET start_tried_at = now() WHERE id = %s AND state = 'starting'"
            " AND start_form = 'answered' AND start_tried_at < now() - %s RETURNING id",
            (session, _TAKES),
        )
        return row is not None
