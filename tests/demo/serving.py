"""A demo system as it is really served: over a connection."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import uvicorn
from fastapi import FastAPI

from demo.serving import config

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A system that is served over TCP; its lifespan is somebody else's."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings = config(app, port=0)
        settings.lifespan = "off"
        server = uvicorn.Server(settings)
        serving = asyncio.create_task(server._serve(sockets=[listening]))
        port = listening.getsockname()[1]
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                yield client
        finally:
            server.should_exit = True
            await serving
