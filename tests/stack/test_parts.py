import socket

import httpx
import pytest

from stack.credentials import Login
from stack.parts import Restarts, accepts, answers, succeeds

RESTARTS = Restarts(first=0.5, longest=8, deaths=5, window=60)


@pytest.mark.parametrize(
    ("died", "pause"),
    [
        pytest.param([100], 0.5, id="first"),
        pytest.param([100, 101], 1, id="second: twice as long"),
        pytest.param([100, 101, 103], 2, id="third"),
        pytest.param([100, 101, 103, 106], 4, id="fourth"),
        pytest.param([100, 101, 103, 106, 111], None, id="five in a minute are too many"),
        pytest.param([100, 101, 103, 106, 161], 2, id="only those of the last minute count"),
        pytest.param([100, 200, 300, 400, 500], 0.5, id="one now and then is forgiven"),
    ],
)
def test_pause_before_a_restart(died: list[float], pause: float | None) -> None:
    assert RESTARTS.pause(died) == pause


def test_pause_has_an_upper_limit() -> None:
    assert Restarts(first=0.5, longest=3, deaths=10, window=60).pause([0, 1, 2, 3, 4]) == 3


@pytest.mark.parametrize(("status", "is_ready"), [(200, True), (204, False), (401, False), (503, False)])
async def test_answers_only_to_200(status: int, is_ready: bool) -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(status))
    async with httpx.AsyncClient(transport=transport) as client:
        assert await answers(client, "http://facade/health/ready")() is is_ready


async def test_answers_with_a_login() -> None:
    def secured(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200 if request.headers.get("Authorization") == "Basic YWRtaW46c2VjcmV0" else 401)

    async with httpx.AsyncClient(transport=httpx.MockTransport(secured)) as client:
        assert await answers(client, "http://engine", Login(user="admin", password="secret"))()
        assert not await answers(client, "http://engine")()


async def test_nothing_answers() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        assert not await answers(client, "http://127.0.0.1:1")()


async def test_accepts_connections_while_somebody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        check = accepts(server.getsockname()[1])
        assert await check()
    assert not await check()


@pytest.mark.parametrize(("command", "is_ready"), [("true", True), ("false", False)])
async def test_command_succeeds(command: str, is_ready: bool) -> None:
    assert await succeeds(command)() is is_ready
