"""One pooled HTTP client to the engine, shared by everything that speaks to it."""

import asyncio
import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from pycamunda.base import CamundaRequest

from engine import answers
from engine.errors import AnswerUnreadable, EngineUnavailable, NotFound
from runtime.settings import Settings
from runtime.tls import trusted

_CONNECTIONS = 200
"""As many as Tomcat has threads by default; more would wait there instead of here."""
_KEEP_ALIVE = 10.0
"""Seconds; shorter than the 20 s after which Tomcat closes an idle connection, so a write never meets a closed one."""
_CONNECT_TIMEOUT = 5.0
_LARGEST_ANSWER = 32 * 1024 * 1024
_ID = re.compile(r"[\w.:-]{1,300}")

# A connection that was never made. Every other error may have come after the engine had read the request.
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


@dataclass(frozen=True)
class EngineSettings:
    """Where the engine is and how to prove who we are: a token, or user and password, or nothing.

    Attributes:
        url: base URL of the REST API, such as ``http://127.0.0.1:8080/engine-rest``.
        user: for basic authentication.
        password: for basic authentication.
        token: bearer token, for an engine behind a gateway; wins over user and password.
        timeout: seconds that an answer may take, connecting included; a long poll has its own time on top.
    """

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    timeout: float = 30.0

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Take the engine's part of a process's settings.

        Raises:
            ValueError: the URL is not an http or https URL.
        """
        password, token = settings.engine_password, settings.engine_token
        return cls(
            url=settings.engine_url,
            user=settings.engine_user,
            password=password.get_secret_value() if password else None,
            token=token.get_secret_value() if token else None,
        )

    def __post_init__(self) -> None:
        """Refuse a URL that can never answer.

        Raises:
            ValueError: it is not an http or https URL.
        """
        try:
            url = httpx.URL(self.url)
        except httpx.InvalidURL:
            url = httpx.URL()
        if url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("the engine's URL must start with http:// or https:// and name a host")


class Transport:
    """Sends requests and reads answers; the one place where HTTP happens.

    Args:
        settings: where and how.
        transport: what carries the requests; without it a pooled one over aiohttp.
    """

    def __init__(self, settings: EngineSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._timeout = settings.timeout
        self._url = settings.url.rstrip("/")
        self._headers = httpx.Headers(
            {"Accept": "application/json", "Accept-Encoding": "identity", **_authorization(settings)}
        )
        self._extensions = {"timeout": {"connect": min(_CONNECT_TIMEOUT, settings.timeout)}}
        self._transport = transport or AiohttpTransport(verify=trusted(), client=_pooled_session)

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        wait: float = 0.0,
    ) -> Any:
        """Send one request.

        Args:
            method: HTTP method.
            path: below the REST API's base URL, made of literals and ``segment``.
            query: URL parameters.
            body: sent as JSON.
            wait: seconds that the engine itself may hold the answer back (a long poll).

        Returns:
            The answer's JSON, None where it has no body.

        Raises:
            EngineError: any but VariableInvalid.
        """
        return await self._exchange(self._request(method, path, params=query, json=body), wait)

    async def carry(self, method: str, request: CamundaRequest, *, form: bool = False) -> Any:
        """Send a request that pycamunda describes, built for the base URL ``""``.

        Args:
            method: HTTP method, which pycamunda keeps inside its own sending.
            request: its URL, parameters and files are used, its transport is not.
            form: send as ``multipart/form-data`` instead of JSON.

        Returns:
            The answer's JSON, None where it has no body.

        Raises:
            EngineError: any but VariableInvalid.
        """
        body = request.body_parameters() or None
        return await self._exchange(
            self._request(
                method,
                request.url,
                params=request.query_parameters(),
                data=body if form else None,
                files=request.files if form else None,
                json=None if form else body,
            )
        )

    def _request(self, method: str, path: str, **parts: Any) -> httpx.Request:
        # Without httpx's client, whose redirects, cookies and hooks nobody uses here, a request costs half as much.
        return httpx.Request(method, self._url + path, headers=self._headers, extensions=self._extensions, **parts)

    async def _exchange(self, request: httpx.Request, wait: float = 0.0) -> Any:
        try:
            async with asyncio.timeout(self._timeout + wait):
                status, body = await self._answer(request)
        except TimeoutError:
            raise EngineUnavailable("the engine did not answer in time", sent=True) from None
        except (aiohttp.ClientError, httpx.DecodingError) as error:  # httpx-aiohttp passes some of aiohttp's own on
            raise AnswerUnreadable("what answers at the engine's URL does not speak HTTP") from error
        except httpx.TransportError as error:
            raise _lost(error) from error
        if status >= 300:
            raise answers.refusal(status, body)
        return answers.parse(body) if body else None

    async def _answer(self, request: httpx.Request) -> tuple[int, bytes]:
        response = await self._transport.handle_async_request(request)
        body = bytearray()
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _LARGEST_ANSWER:
                    raise AnswerUnreadable("the engine's answer is larger than 32 MiB")
        finally:
            await response.aclose()
        return response.status_code, bytes(body)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()


def segment(identifier: str) -> str:
    """Return an id of the engine's as it may stand in a path.

    Raises:
        NotFound: no id of the engine's looks like this, so nothing can be there.
    """
    if not _ID.fullmatch(identifier) or not identifier.strip("."):
        raise NotFound("no such id", status=404)
    return identifier


def _authorization(settings: EngineSettings) -> dict[str, str]:
    if settings.token is not None:
        return {"Authorization": f"Bearer {settings.token}"}
    if settings.user is not None:
        pair = f"{settings.user}:{settings.password or ''}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    return {}


def _pooled_session() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def _lost(error: httpx.TransportError) -> EngineUnavailable:
    # httpx-aiohttp calls even a connection that broke after sending a ConnectTimeout: the cause tells them apart.
    cause = error.__cause__
    never_sent = isinstance(cause, _NOT_SENT) if cause else isinstance(error, httpx.ConnectError)
    if isinstance(error, httpx.UnsupportedProtocol) or never_sent:
        return EngineUnavailable("the engine cannot be reached", sent=False)
    return EngineUnavailable("the connection to the engine broke", sent=True)
