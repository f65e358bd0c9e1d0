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


class SessionListener:
    """The receiving side: waiters for the next change of a session."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiters: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @property
    def waiting(self) -> int:
        """How many sessions somebody waits for."""
        return len(self._waiters)

    @contextmanager
    def changes(self, session: UUID) -> Iterator[asyncio.Event]:
        """Register for the changes of a session.

        Yields:
            An event that is set by each change, and after a reconnection, when a change may have been missed.
            Clear it before looking again.
        """
        event = asyncio.Event()
        self._waiters[str(session)].add(event)
        try:
            yield event
        finally:
            self._waiters[str(session)].discard(event)
            if not self._waiters[str(session)]:
                del self._waiters[str(session)]

    def listening(self) -> AbstractAsyncContextManager[None]:
        """Listen beside the work of the block, reconnecting as long as it takes."""
        return listening(self._url, _CHANNEL, self._heard, self._missed)

    def _heard(self, session: str) -> None:
        _wake(self._waiters.get(session, set()))

    def _missed(self) -> None:
        for waiters in self._waiters.values():
            _wake(waiters)


def _wake(waiters: set[asyncio.Event]) -> None:
    for event in waiters:
        event.set()
