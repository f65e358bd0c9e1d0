from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from tests.fakes.served import served
from tests.player_api.events.streams import Streams


@pytest.fixture
async def streams(app: FastAPI) -> AsyncIterator[Streams]:
    """The facade over a socket: what comes bit by bit needs one."""
    async with (
        served(app) as url,
        httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30, trust_env=False) as client,
    ):
        yield Streams(client)
        app.state.watched.close()
