"""Going back in a session: the intent, written down before the engine is asked, and how far it was carried out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from store.database import Database
from store.journal import Event, write


@dataclass(frozen=True)
class Back:
    """One intent.

    Attributes:
        id: of this intent.
        session: which session goes back.
        step: id of the answered step to go to.
        idempotency_key: of the request, None where it had none.
        actor: who wants it.
        correlation_id: of the request.
        plan: what is to be done; written by player_api.back.plan.
        moved: the engine stands at the step; what was made after it is being undone.
    """

    id: UUID
    session: UUID
    step: str
    idempotency_key: str | None
    actor: str
    correlation_id: str
    plan: dict[str, Any]
    moved: bool = False


_COLUMNS = "id, session, step, idempotency_key, actor, correlation_id, plan, moved"
_CLAIM = timedelta(seconds=10)
"""After so long without a sign of life who carries out an intent is taken for dead."""


class Backs:
    """The intents of all sessions, of each session one at a time. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, back: Back, event: Event) -> bool:
        """Write down an intent, claimed, with its event; what was typed in the session and not submitted is forgotten.

        Returns:
            False where another intent is being carried out in this session; nothing is written then.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                f"INSERT INTO backs ({_COLUMNS}, claimed_until)"  # noqa: S608
                " VALUES (%(id)s, %(session)s, %(step)s, %(idempotency_key)s, %(actor)s, %(correlation_id)s, %(plan)s,"
                " %(moved)s, now() + %(claim)s) ON CONFLICT (session) WHERE ended_at IS NULL DO NOTHING".encode(),
                {**vars(back), "plan": Jsonb(back.plan), "claim": _CLAIM},
            )
            if not cursor.rowcount:
                return False
            await write(connection, event)
            await connection.execute("DELETE FROM inputs WHERE session = %s", (back.session,))
            return True

    async def find(self, session: UUID, idempotency_key: str) -> Back | None:
        """Return the intent that a request has led to, unless it was given up, or None."""
        row = await self._database.fetch_one(
            f"SELECT {_COLUMNS} FROM backs WHERE session = %s AND idempotency_key = %s"  # noqa: S608
            " AND (moved OR ended_at IS NULL)",
            (session, idempotency_key),
        )
        return _back(row) if row else None

    async def claim(self, session: UUID) -> Back | None:
        """Take on what a session's intent still takes; None where there is none, or another process is at it."""
        row = await self._database.fetch_one(
            "UPDATE backs SET claimed_until = now() + %s WHERE session = %s AND ended_at IS NULL"  # noqa: S608
            f" AND coalesce(claimed_until < now(), true) RETURNING {_COLUMNS}",
            (_CLAIM, session),
        )
        return _back(row) if row else None

    async def let_go(self, back: UUID) -> None:
        """Let the next who looks go on with an intent."""
        await self._database.fetch_one("UPDATE backs SET claimed_until = NULL WHERE id = %s", (back,))

    async def keep(self, back: UUID, plan: dict[str, Any], *, moved: bool) -> None:
        """Write down what is to be done, in place of what was; a sign of life."""
        await self._database.fetch_one(
            "UPDATE backs SET plan = %s, moved = %s, claimed_until = now() + %s WHERE id = %s AND ended_at IS NULL",
            (Jsonb(plan), moved, _CLAIM, back),
        )

    async def end(self, back: UUID, event: Event) -> bool:
        """Record that an intent was carried out or given up, with its event, once; say whether it was this time."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "UPDATE backs SET ended_at = now() WHERE id = %s AND ended_at IS NULL", (back,)
            )
            if cursor.rowcount:
                await write(connection, event)
            return bool(cursor.rowcount)

    async def made(self, session: UUID) -> list[Back]:
        """Return the intents of a session that were carried out, oldest first."""
        rows = await self._database.fetch_all(
            f"SELECT {_COLUMNS} FROM backs WHERE session = %s AND ended_at IS NOT NULL AND moved"  # noqa: S608
            " ORDER BY begun_at",
            (session,),
        )
        return [_back(row) for row in rows]


def _back(row: DictRow) -> Back:
    return Back(**row)
