"""Word that a session has changed, from any process to any other, over PostgreSQL's NOTIFY and LISTEN.

One autocommit connection a process listens, outside the pool; its notifications fan out in memory.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID

import psycopg
import tenacity

from runtime import logs
from store.database import Database

_CHANNEL = "session_changed"
_log = logs.get(__name__)


class Notifications:
    """The sending side."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def session_changed(self, session: UUID | str) -> None:
        """Tell every listening process that a session may stand elsewhere now.

        Raises:
            StoreUnavailable: nobody was told; who waits finds out by asking again.
        """
        await self._database.fetch_one("SELECT pg_notify(%s, %s)", (_CHANNEL, str(session)))


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

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen beside the work of the block, reconnecting as long as it takes."""
        task = asyncio.create_task(self._listen_for_ever())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _listen_for_ever(self) -> None:
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(psycopg.Error),
            wait=tenacity.wait_random_exponential(multiplier=0.1, max=2),
            before_sleep=lambda _state: _log.warning("listening was interrupted"),
        )
        while True:
            await retrying(self._listen)

    async def _connect(self) -> psycopg.AsyncConnection:
        """Connect; when cancelled, see the connection through and close it: half-made, it would block the server."""
        connecting = asyncio.ensure_future(
            psycopg.AsyncConnection.connect(
                self._url, autocommit=True, application_name="script-manager-listener", connect_timeout=5
            )
        )
        try:
            return await asyncio.shield(connecting)
        except asyncio.CancelledError:
            for connection in await asyncio.gather(connecting, return_exceptions=True):
                if isinstance(connection, psycopg.AsyncConnection):
                    await connection.close()
            raise

    async def _listen(self) -> None:
        async with await self._connect() as connection:
            await connection.execute(f"LISTEN {_CHANNEL}")
            for waiters in self._waiters.values():
                _wake(waiters)
            async for notification in connection.notifies():
                _wake(self._waiters.get(notification.payload, set()))


def _wake(waiters: set[asyncio.Event]) -> None:
    for event in waiters:
        event.set()
