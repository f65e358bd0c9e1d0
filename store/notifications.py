"""Word that a session has changed, from any process to any other, over PostgreSQL's NOTIFY and LISTEN.

One connection a process listens; its notifications fan out in memory.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from uuid import UUID

from store.database import Database
from store.listening import listening

_CHANNEL = "session_changed"


class Notifications:
    """The sending side."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def session_changed(self, *sessions: UUID | str) -> None:
        """Tell every listening process that sessions may stand elsewhere now.

        Raises:
            StoreUnavailable: nobody was told; who waits finds out by asking again.
        """
        await self._database.fetch_one(
            "SELECT pg_notify(%s, session) FROM unnest(%s::text[]) AS session",
            (_CHANNEL, [str(session) for session in sessions]),
        )

    async def queue_changed(self, tenant: str, team: str | None) -> None:
        """Tell every listening process that other sessions may wait for a team now; None for those of no team.

        Raises:
            StoreUnavailable: nobody was told.
        """
        await self._database.fetch_one("SELECT pg_notify(%s, %s)", (_CHANNEL, queue(tenant, team)))


def queue(tenant: str, team: str | None) -> str:
    """Name the queue of a team, or that of no team."""
    return f"queue {tenant} {team or ''}"


class SessionListener:
    """The receiving side: waiters for the next change of a session, or of a queue."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiters: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @property
    def waiting(self) -> int:
        """How many sessions and queues somebody waits for."""
        return len(self._waiters)

    @contextmanager
    def changes(self, *subjects: UUID | str) -> Iterator[asyncio.Event]:
        """Register for the changes of sessions and queues (`queue`).

        Yields:
            An event that is set by each change, and after a reconnection, when a change may have been missed.
            Clear it before looking again.
        """
        event = asyncio.Event()
        names = {str(subject) for subject in subjects}
        for name in names:
            self._waiters[name].add(event)
        try:
            yield event
        finally:
            for name in names:
                self._waiters[name].discard(event)
                if not self._waiters[name]:
                    del self._waiters[name]

    def listening(self) -> AbstractAsyncContextManager[None]:
        """Listen beside the work of the block, reconnecting as long as it takes."""
        return listening(self._url, _CHANNEL, self._heard, self._missed)

    def _heard(self, subject: str) -> None:
        _wake(self._waiters.get(subject, set()))

    def _missed(self) -> None:
        for waiters in self._waiters.values():
            _wake(waiters)


def _wake(waiters: set[asyncio.Event]) -> None:
    for event in waiters:
        event.set()
