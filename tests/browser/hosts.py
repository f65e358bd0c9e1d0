"""The example pages of web/examples, served as their README says."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from stack import node
from stack.running import Running
from stack.screen import Screen
from stack.web import workspace
from tests.eventually import eventually


@asynccontextmanager
async def serving_examples(stack: Running) -> AsyncIterator[str]:
    """Serve the pages from an origin that the facade lets call; returns their address."""
    workspace().run(Screen(), "examples")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = {
        "PORT": str(port),
        "SCRIPT_MANAGER_URL": stack.urls["facade"],
        "SCRIPT_MANAGER_KEY": stack.credentials.api_keys.operator,
    }
    command = [str(node.NODE), "examples/serve.js"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=workspace().sources, env=os.environ | settings, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        await process.stdout.readline()
        await allow(stack, url)
        yield url
    finally:
        process.terminate()
        await process.wait()


async def allow(stack: Running, origin: str) -> None:
    """Let pages of ``origin`` call, and return when the facade knows."""
    headers = {"Authorization": f"Bearer {stack.credentials.api_keys.admin}"}
    base = f"{stack.urls['facade']}/api/v1"
    async with httpx.AsyncClient(base_url=base, headers=headers, trust_env=False) as api:
        allowed = (await api.get("/origins")).json()["origins"]
        (await api.put("/origins", json={"origins": [*allowed, origin]})).raise_for_status()
        asking = {"Origin": origin, "Access-Control-Request-Method": "POST"}

        async def is_known() -> bool:
            return (await api.options("/sessions", headers=asking)).is_success

        await eventually(is_known)
