"""Answers that a system gives later, over a callback address with a token that only it was given.

An awaited answer is written down before the system is asked, received durably by any facade, and taken by any worker.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from psycopg.types.json import Jsonb
from pydantic import JsonValue

from store.database import Database

CHANNEL = "answer_received"
"""PostgreSQL's notification channel that tells workers of a received answer."""
_CLAIM = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class AwaitedAnswer:
    """An external task that waits for a system's later answer.

    Attributes:
        token: in the callback address; stored as a digest.
        pin: the contract that the release carries, as the external task gave it; None where it carries none.
        worker_id: whose lock the task is under.
        session_id: business key of its process, None where it has none.
        within: how long it is waited for.
    """

    token: str
    system: str
    function: str
    pin: str | None
    task_id: str
    worker_id: str
    session_id: str | None
    activity_id: str
    correlation_id: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class ReceivedAnswer:
    """An answer that came, to be mapped and reported by the worker that has taken it; fields as in `AwaitedAnswer`."""

    system: str
    function: str
    pin: str | None
    task_id: str
    worker_id: str
    session_id: str | None
    activity_id: str
    correlation_id: str
    body: JsonValue
    waited: timedelta


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with an order that was placed before.

    Attributes:
        left: of the time that its answer is waited for; negative where that is over.
        has_come: the answer is there, to be taken.
    """

    left: timedelta
    has_come: bool


class AwaitedAnswers:
    """What is waited for, and what has come. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def expect(self, answer: AwaitedAnswer) -> None:
        """Write down that an answer will come; a task that is tried again waits under its new token alone."""
        await self._database.fetch_one(
            """
            INSERT INTO awaited_answers (token_digest, system, function, pin, task_id, worker_id, session, activity_id,
                correlation_id, until)
            VALUES (%(digest)s, %(system)s, %(function)s, %(pin)s, %(task_id)s, %(worker_id)s, %(session_id)s,
                %(activity_id)s, %(correlation_id)s, now() + %(within)s)
            ON CONFLICT (task_id) DO UPDATE SET token_digest = excluded.token_digest, worker_id = excluded.worker_id,
                pin = excluded.pin, ordered_at = now(), until = excluded.until, body = NULL, received_at = NULL,
                claimed_until = NULL
            """,
            {
                "digest": _digest(answer.token),
                "system": answer.system,
                "function": answer.function,
                "pin": answer.pin,
                "task_id": answer.task_id,
                "worker_id": answer.worker_id,
                "session_id": answer.session_id,
                "activity_id": answer.activity_id,
                "correlation_id": answer.correlation_id,
                "within": answer.within,
            },
        )

    async def receive(self, system: str, token: str, body: JsonValue) -> bool:
        """Keep an answer durably and tell the workers; the first one counts.

        Returns:
            Whether this token is known for this system; True for a repetition too.
        """
        row = await self._database.fetch_one(
            """
            UPDATE awaited_answers SET body = coalesce(body, %s), received_at = coalesce(received_at, now())
            WHERE token_digest = %s AND system = %s RETURNING task_id
            """,
            (Jsonb(body), _digest(token), system),
        )
        if row is None:
            return False
        await self._database.fetch_one("SELECT pg_notify(%s, '')", (CHANNEL,))
        return True

    async def take(self, limit: int) -> Sequence[ReceivedAnswer]:
        """Take received answers for this process; what is not ended within half a minute can be taken again."""
        rows = await self._database.fetch_all(
            """
            WITH taken AS (
                SELECT task_id FROM awaited_answers
                WHERE body IS NOT NULL AND coalesce(claimed_until < now(), true)
                ORDER BY received_at LIMIT %s FOR UPDATE SKIP LOCKED
            )
            UPDATE awaited_answers AS answers SET claimed_until = now() + %s FROM taken
            WHERE answers.task_id = taken.task_id
            RETURNING system, function, pin, answers.task_id, worker_id, session AS session_id, activity_id,
                correlation_id, body, received_at - ordered_at AS waited
            """,
            (limit, _CLAIM),
        )
        return [ReceivedAnswer(**row) for row in rows]

    async def take_over(self, task_id: str, worker_id: str) -> Standing | None:
        """Say how it stands with a task that is locked once more, now by ``worker_id``; None where nothing was ordered.

        An answer that has come can be taken at once, whoever had taken it before.
        """
        row = await self._database.fetch_one(
            "UPDATE awaited_answers SET worker_id = %s, claimed_until = NULL WHERE task_id = %s"
            " RETURNING until - now() AS left, body IS NOT NULL AS has_come",
            (worker_id, task_id),
        )
        return None if row is None else Standing(**row)

    async def end(self, task_id: str) -> None:
        """Forget a task whose answer was reported, or came too late."""
        await self._database.fetch_one("DELETE FROM awaited_answers WHERE task_id = %s", (task_id,))

    async def forget_old(self) -> int:
        """Delete what nobody waits for any more, an hour after its time; return how many."""
        async with self._database.connection() as connection:
            cursor = await connection.execute("DELETE FROM awaited_answers WHERE until < now() - interval '1 hour'")
            return cursor.rowcount


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
