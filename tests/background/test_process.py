"""``python -m background`` as it is shipped."""

import asyncio
import json
import os
import signal
import socket
import sys

import httpx
import pytest

from engine import EngineSettings
from tests.eventually import eventually


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        number: int = found.getsockname()[1]
        return number


async def test_it_gets_ready_and_stops_in_order(database_url: str, engine_settings: EngineSettings, port: int) -> None:
    environment = os.environ | {
        "SCRIPT_MANAGER_DATABASE_URL": database_url,
        "SCRIPT_MANAGER_ENGINE_URL": engine_settings.url,
        "SCRIPT_MANAGER_ENGINE_USER": engine_settings.user or "",
        "SCRIPT_MANAGER_ENGINE_PASSWORD": engine_settings.password or "",
        "SCRIPT_MANAGER_BACKGROUND_PORT": str(port),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "background", env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:

            async def ready() -> bool:
                try:
                    return (await client.get("/health/ready")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(ready)
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 20)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, said.decode()
    lines = [json.loads(line) for line in said.splitlines()]
    assert lines
    assert {line["service"] for line in lines} == {"background"}
    assert not [line for line in lines if line["level"] in {"warning", "error", "critical"}]
