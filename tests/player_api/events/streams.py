"""Streams of events as a client reads them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Received:
    """One event, or a hint when to come back."""

    event: str | None
    data: Any
    id: str | None
    retry: int | None


class Stream:
    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def everything(self) -> list[Received]:
        """All that comes until the stream ends."""
        return [received async for received in self._events()]

    async def next(self) -> Received:
        """The next event; hints are passed over."""
        async for received in self._events():
            if received.event:
                return received
        raise AssertionError("the stream has ended")

    async def _events(self) -> AsyncIterator[Received]:
        fields: dict[str, str] = {}
        async for line in self._lines:
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            retry = int(fields["retry"]) if "retry" in fields else None
            data = json.loads(fields["data"]) if "data" in fields else None
            yield Received(fields.get("event"), data, fields.get("id"), retry)
            fields = {}


class Streams:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    @asynccontextmanager
    async def open(
        self, path: str, *, key: str = "key-operator", last: str | None = None, **query: Any
    ) -> AsyncIterator[Stream]:
        headers = {"Authorization": f"Bearer {key}"} | ({"Last-Event-ID": last} if last else {})
        async with self.client.stream("GET", path, headers=headers, params=query) as response:
            yield Stream(response)
