"""How far conversations have come; what was answered so far is a session's input."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from store.database import Database
from store.journal import Event, write
from store.leases import HELD, LASTS

_ANYWHERE = "held AS (SELECT id FROM sessions WHERE id = %(session)s)"


@dataclass(frozen=True)
class StoredTalk:
    """What is stored of a conversation; ``turn`` counts its changes."""

    turn: int
    talk: dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A turn that follows another.

    Attributes:
        session: whose conversation.
        turn: the turn that it follows.
        talk: what is stored of it.
        author: who speaks with the customer; None where only what was done is noted, whoever has the lease.
        step: which step ``answers`` belong to.
        answers: what was answered so far, in place of what was before; None where that stays.
        event: what the journal says of it.
    """

    session: UUID
    turn: int
    talk: dict[str, Any]
    author: str | None
    step: str | None = None
    answers: dict[str, Any] | None = None
    event: Event | None = None


class Conversations:
    """The conversations of all sessions. Every method may raise StoreUnavailable.

    Args:
        database: where they are kept.
        lease: how long who changes a conversation has the session's lease.
    """

    def __init__(self, database: Database, lease: timedelta = LASTS) -> None:
        self._database = database
        self._lease = lease

    async def find(self, session: UUID) -> StoredTalk:
        """Return what is stored of a session's conversation; an empty one where nothing is."""
        row = await self._database.fetch_one("SELECT turn, talk FROM conversations WHERE session = %s", (session,))
        return StoredTalk(**row) if row else StoredTalk(0, {})

    async def change(self, change: "Change") -> bool:
        """Store the next turn, with the answers and the event that belong to it; an author takes or renews the lease.

        Returns:
            False where another turn was stored meanwhile, or the author may not write in the session: nothing is
            changed then.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                f"""
                WITH {HELD if change.author else _ANYWHERE}
                INSERT INTO conversations AS known (session, turn, talk)
                SELECT id, %(turn)s + 1, %(talk)s FROM held
                ON CONFLICT (session) DO UPDATE SET turn = excluded.turn, talk = excluded.talk, changed_at = now()
                    WHERE known.turn = %(turn)s
                RETURNING turn
                """.encode(),  # noqa: S608  only the part above is put in
                {
                    "session": change.session,
                    "turn": change.turn,
                    "talk": Jsonb(change.talk),
                    "holder": change.author,
                    "lasts": self._lease,
                },
            )
            if await cursor.fetchone() is None:
                return False
            if change.answers is not None:
                await connection.execute(
                    "INSERT INTO inputs (session, step, answers, saved_by) VALUES (%s, %s, %s, %s)"
                    " ON CONFLICT (session, step) DO UPDATE SET answers = excluded.answers,"
                    " saved_by = excluded.saved_by, saved_at = now()",
                    (change.session, change.step, Jsonb(change.answers), change.author),
                )
            if change.event is not None:
                await write(connection, change.event)
            return True
