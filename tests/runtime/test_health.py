import asyncio
import json
import socket

import httpx
import pytest

from runtime.health import Check, health_routes, readiness, serving
from tests.runtime.child import run


class AwayError(Exception):
    pass


async def fine() -> str:
    return "7.24.0"


async def away() -> None:
    raise AwayError("the engine cannot be reached")


async def silent() -> None:
    raise TimeoutError


@pytest.mark.parametrize(
    ("checks", "is_ready", "said"),
    [
        ({}, True, {}),
        ({"engine": fine}, True, {"engine": "ok"}),
        ({"engine": away, "database": fine}, False, {"engine": "the engine cannot be reached", "database": "ok"}),
        ({"engine": silent}, False, {"engine": "TimeoutError"}),
    ],
)
async def test_readiness_is_all_checks_together(checks: dict[str, Check], is_ready: bool, said: dict[str, str]) -> None:
    assert await readiness(checks) == (is_ready, said)


async def test_checks_run_at_once() -> None:
    meeting = asyncio.Barrier(3)
    is_ready, _ = await asyncio.wait_for(readiness(dict.fromkeys("abc", meeting.wait)), 5)
    assert is_ready


async def test_health_is_served_beside_the_work_and_ends_with_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    parts: dict[str, Check] = {"engine": away}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        async with serving("127.0.0.1", port, health_routes(parts)):
            assert (await client.get("/health/live")).json() == {"state": "live"}
            not_ready = await client.get("/health/ready")
            assert (not_ready.status_code, not_ready.json()["state"]) == (503, "not ready")
            parts["engine"] = fine
            ready = await client.get("/health/ready")
            assert (ready.status_code, ready.json()) == (200, {"state": "ready", "checks": {"engine": "ok"}})
        with pytest.raises(httpx.ConnectError):
            await client.get("/health/live")


def test_a_taken_port_is_said_in_a_line_and_ends_the_process() -> None:
    code = """
import asyncio
from runtime import logs
from runtime.health import serving
async def serve():
    async with serving("127.0.0.1", {port}, []):
        pass
logs.configure("sample")
asyncio.run(serve())
"""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run(code.replace("{port}", str(taken.getsockname()[1])))
    assert ended.status == 3
    assert "Address already in use" in json.dumps(ended.lines)
