"""Two thousand operators, each with a stream of its own, in one process."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from tests.eventually import eventually
from tests.fakes.scenario import Ask
from tests.fakes.served import served
from tests.player_api.api import Api, Json

STREAMS = 2_000


class Line:
    """A stream over a bare socket: 2,000 clients in the process that also serves must cost little."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def status(self) -> int:
        """The answer's status."""
        return int((await self._reader.readline()).split()[1])

    async def states(self) -> AsyncIterator[Json]:
        """Each session event's data."""
        while line := await self._reader.readline():
            if line.startswith(b"data: {"):
                yield json.loads(line.removeprefix(b"data: "))

    def close(self) -> None:
        self._writer.close()


async def opened(url: str, session: str, at_once: asyncio.Semaphore) -> Line:
    async with at_once:
        line = await connected(url, session)
        assert (await line.status()) == 200
    return line


async def connected(url: str, session: str) -> Line:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**20)
    writer.write(
        f"GET /api/v1/sessions/{session}/events HTTP/1.1\r\nHost: facade\r\n"
        "Authorization: Bearer key-operator\r\nConnection: close\r\n\r\n".encode()
    )
    return Line(reader, writer)


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_two_thousand_streams(app: FastAPI, api: Api) -> None:
    script = await api.publish(Ask("first"), Ask("second"))
    at_once = asyncio.Semaphore(16)

    async def started() -> Json:
        async with at_once:
            return dict((await api.start(script)).json())

    sessions = await asyncio.gather(*(started() for _ in range(STREAMS)))
    async with served(app) as url:
        lines = await asyncio.gather(*(opened(url, session["id"], at_once) for session in sessions))
        readings = [line.states() for line in lines]
        first = await asyncio.gather(*map(anext, readings))
        assert {seen["step"]["key"] for seen in first} == {"first"}
        assert len(app.state.watched) == STREAMS

        idle = time.process_time(), time.monotonic()
        await asyncio.sleep(10)
        share = (time.process_time() - idle[0]) / (time.monotonic() - idle[1])

        began = time.monotonic()
        async with at_once:
            await api.submit(sessions[0], {})
        assert (await anext(readings[0]))["step"]["key"] == "second"
        delay = time.monotonic() - began
        for line in lines:
            line.close()
        await eventually(lambda: len(app.state.watched) == 0)
    await eventually(lambda: app.state.sessions.listener.waiting == 0)
    print(f"{STREAMS} streams at steps: {share:.0%} of a core, a change comes after {delay * 1000:.0f} ms")
    assert delay < 5
