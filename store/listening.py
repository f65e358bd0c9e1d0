"""Hearing PostgreSQL's notifications of one channel, over a connection of its own and through its interruptions."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg
import tenacity

from runtime import logs

_log = logs.get(__name__)


@asynccontextmanager
async def listening(
    url: str, channel: str, heard: Callable[[str], None], missed: Callable[[], None]
) -> AsyncIterator[None]:
    """Listen beside the work of the block, reconnecting as long as it takes.

    Args:
        url: libpq connection URL.
        channel: of the notifications.
        heard: gets the payload of each.
        missed: called after each connection: notifications may have gone by before.
    """
    listener = _Listener(url, channel, heard, missed)
    task = asyncio.create_task(listener.listen_for_ever())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class _Listener:
    def __init__(self, url: str, channel: str, heard: Callable[[str], None], missed: Callable[[], None]) -> None:
        self._url = url
        self._channel = channel
        self._heard = heard
        self._missed = missed

    async def listen_for_ever(self) -> None:
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(psycopg.Error),
            wait=tenacity.wait_random_exponential(multiplier=0.1, max=2),
            before_sleep=lambda _state: _log.warning("listening was interrupted", channel=self._channel),
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
            await connection.execute(f"LISTEN {self._channel}".encode())
            self._missed()
            async for notification in connection.notifies():
                self._heard(notification.payload)
