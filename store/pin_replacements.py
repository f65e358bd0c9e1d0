"""Contracts of functions that stand in for others in running releases."""

from dataclasses import dataclass
from datetime import datetime

from store.database import Database
from store.journal import Event, EventType, write


@dataclass(frozen=True)
class PinReplacement:
    """One contract in place of another.

    Attributes:
        function: its name.
        digest: of the contract that is replaced.
        by_digest: of the one that takes its place.
        pin: the text of that one.
        reason: why, in the words of who did it.
        replaced_by: who did it.
        replaced_at: when.
    """

    function: str
    digest: str
    by_digest: str
    pin: str
    reason: str
    replaced_by: str
    replaced_at: datetime


_COLUMNS = "function, digest, by_digest, pin, reason, replaced_by, replaced_at"


class PinReplacements:
    """All replacements. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[PinReplacement]:
        """Return all, by function and digest."""
        rows = await self._database.fetch_all(
            f"SELECT {_COLUMNS} FROM pin_replacements ORDER BY function, digest"  # noqa: S608
        )
        return [PinReplacement(**row) for row in rows]

    async def put(self, replacement: PinReplacement, correlation_id: str) -> None:
        """Let a contract take the place of another, whatever did before, with its event."""
        async with self._database.transaction() as connection:
            await connection.execute(
                f"INSERT INTO pin_replacements ({_COLUMNS})"  # noqa: S608
                " VALUES (%(function)s, %(digest)s, %(by_digest)s, %(pin)s, %(reason)s, %(replaced_by)s,"
                " %(replaced_at)s) ON CONFLICT (function, digest) DO UPDATE SET by_digest = excluded.by_digest,"
                " pin = excluded.pin, reason = excluded.reason, replaced_by = excluded.replaced_by,"
                " replaced_at = excluded.replaced_at".encode(),
                vars(replacement),
            )
            data: dict[str, str | None] = {
                "function": replacement.function,
                "digest": replacement.digest,
                "by_digest": replacement.by_digest,
                "reason": replacement.reason,
            }
            await write(connection, _event(replacement.replaced_by, correlation_id, data))

    async def delete(self, function: str, digest: str, actor: str, correlation_id: str) -> bool:
        """Let a contract count again, with the event; False where nothing took its place."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "DELETE FROM pin_replacements WHERE function = %s AND digest = %s", (function, digest)
            )
            if not cursor.rowcount:
                return False
            data = {"function": function, "digest": digest, "by_digest": None, "reason": None}
            await write(connection, _event(actor, correlation_id, data))
            return True


def _event(actor: str, correlation_id: str, data: dict[str, str | None]) -> Event:
    return Event(EventType.PIN_REPLACED, actor=actor, correlation_id=correlation_id, data=data)
