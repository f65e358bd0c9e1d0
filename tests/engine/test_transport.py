import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from engine import AnswerUnreadable, Engine, EngineSettings, EngineUnauthorized, EngineUnavailable, NotFound
from engine.transport import segment
from runtime.settings import Settings
from tests.fakes.engine import URL, FakeEngine, Fault
from tests.fakes.scenario import Ask, Scenario

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def _speaking(answer: bytes, *, hold: bool = False) -> AsyncIterator[str]:
    """A server that reads one request, says ``answer`` and closes, or holds the connection open."""
    ended = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        if hold:
            await ended.wait()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/engine-rest"
        ended.set()


_LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (b"", EngineUnavailable, "broke"),
        (_LONG + b'{"version":', EngineUnavailable, "broke"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", AnswerUnreadable, "HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", AnswerUnreadable, "JSON"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", AnswerUnreadable, "HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", AnswerUnreadable, "documented"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", AnswerUnreadable, "documented"),
        (b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n", AnswerUnreadable, "URL right"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\n<html>", AnswerUnreadable, "URL right"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", EngineUnavailable, "503"),
    ],
)
async def test_an_answer_that_is_not_the_engines_may_follow_a_deed(
    answer: bytes, error: type[EngineUnavailable], words: str
) -> None:
    async with _speaking(answer) as url, Engine(EngineSettings(url)) as engine:
        with pytest.raises(error, match=words) as raised:
            await engine.version()
    assert type(raised.value) is error
    assert raised.value.sent


async def test_an_endless_answer_is_not_read_to_its_end() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
    async with _speaking(head + b" " * (33 * 1024 * 1024), hold=True) as url, Engine(EngineSettings(url)) as engine:
        with pytest.raises(AnswerUnreadable, match="larger"):
            await engine.version()


async def test_an_answer_that_trickles_in_is_given_up_in_time() -> None:
    async with _speaking(_LONG, hold=True) as url, Engine(EngineSettings(url, timeout=0.05)) as engine:
        with pytest.raises(EngineUnavailable, match="in time") as raised:
            await engine.version()
    assert raised.value.sent


@pytest.mark.parametrize("host", ["does-not-exist.invalid", "127.0.0.1:1"])
async def test_a_host_that_cannot_be_reached_was_sent_nothing(host: str) -> None:
    async with Engine(EngineSettings(f"http://{host}/engine-rest")) as engine:
        with pytest.raises(EngineUnavailable, match="reached") as raised:
            await engine.version()
    assert not raised.value.sent


@pytest.mark.parametrize(
    ("fault", "done"), [(Fault.UNAVAILABLE, False), (Fault.ANSWER_LOST, True), (Fault.NO_ANSWER, True)]
)
async def test_a_lost_answer_says_that_the_deed_may_be_done(fault: Fault, *, done: bool) -> None:
    fake = FakeEngine()
    definition = fake.define(Scenario("script", (Ask("ask"),)))
    async with Engine(EngineSettings(URL, timeout=0.05), transport=httpx.ASGITransport(fake)) as engine:
        fake.break_next(fault, "/start")
        with pytest.raises(EngineUnavailable) as raised:
            await engine.processes.start(definition, business_key="session", variables={})
        assert raised.value.sent
        assert bool(await engine.processes.find("session")) is done


@pytest.mark.parametrize(
    ("settings", "header"),
    [
        (EngineSettings(URL), None),
        (EngineSettings(URL, "Ольга", "секрет:1"), "Basic 0J7Qu9GM0LPQsDrRgdC10LrRgNC10YI6MQ=="),
        (EngineSettings(URL, "olga"), "Basic b2xnYTo="),
        (EngineSettings(URL, "olga", "secret", "token"), "Bearer token"),
    ],
)
async def test_credentials_travel_as_a_header(settings: EngineSettings, header: str | None) -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization"))
        return httpx.Response(200, json={"version": "7.24.0"})

    async with Engine(settings, transport=httpx.MockTransport(answer)) as engine:
        await engine.version()
    assert seen == [header]


async def test_missing_credentials_are_said() -> None:
    fake = FakeEngine(users={"olga": "secret"})
    async with Engine(EngineSettings(URL), transport=httpx.ASGITransport(fake)) as engine:
        with pytest.raises(EngineUnauthorized):
            await engine.version()


def test_secrets_do_not_show() -> None:
    assert "secret" not in repr(EngineSettings(URL, "olga", "secret-password", "secret-token"))


@pytest.mark.parametrize(
    "url", ["", "localhost:8080/engine-rest", "ftp://host/engine-rest", "http://", "http:///x", "http://host:port/"]
)
def test_a_url_that_can_never_answer_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        EngineSettings(url)


def test_settings_are_taken_from_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRIPT_MANAGER_DATABASE_URL", "postgresql://u:p@h/d")
    monkeypatch.setenv("SCRIPT_MANAGER_ENGINE_URL", "http://engine/engine-rest")
    monkeypatch.setenv("SCRIPT_MANAGER_ENGINE_USER", "olga")
    monkeypatch.setenv("SCRIPT_MANAGER_ENGINE_PASSWORD", "secret")
    monkeypatch.delenv("SCRIPT_MANAGER_ENGINE_TOKEN", raising=False)
    taken = EngineSettings.of(Settings())
    assert taken == EngineSettings("http://engine/engine-rest", "olga", "secret")


@pytest.mark.parametrize("identifier", ["098a2ece-e765-11f1", "ключ:1:098a", "a.b_c-d"])
def test_an_id_may_stand_in_a_path(identifier: str) -> None:
    assert segment(identifier) == identifier


@pytest.mark.parametrize("identifier", ["", ".", "..", "a/b", "a?b", "a#b", "a b", "a%2Fb", "a\0", "a\n", "x" * 301])
def test_what_is_no_id_names_nothing(identifier: str) -> None:
    with pytest.raises(NotFound):
        segment(identifier)
