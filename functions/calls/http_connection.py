"""One system's HTTP connections: httpx's interface on aiohttp's pool, no cookies kept, no redirects followed."""

import re
import ssl
from codecs import CodecInfo, lookup
from email.message import Message
from functools import lru_cache

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from pydantic import SecretStr

from functions.calls.protocol import Answer
from functions.errors import FunctionError, Permanent, Transient
from functions.json_values import parse_json, parse_xml
from functions.systems import Access, System, Tls
from functions.tracing import Parts, exchange, shown_body

_XML = re.compile(r"^(application|text)/([\w.-]+\+)?xml\b", re.IGNORECASE)
_REACHING = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""The errors after which the system has certainly not seen the request."""


class HttpConnection:
    """Sends requests to one system and reads its answers within bounds."""

    def __init__(self, system: System, access: Access) -> None:
        self._system = system
        self._secrets = access.headers
        self._timeout = {"connect": system.connect.total_seconds()}
        context = _tls(system.tls)
        self._transport = AiohttpTransport(verify=context, client=lambda: _session(system, context))

    async def send(self, request: httpx.Request) -> Answer:
        """Send one request and read its answer, JSON or XML; errors as ``exchange``."""
        return _answer(*await self.exchange(request))

    async def exchange(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """Send one request.

        Returns:
            The answer's status and headers, and its body.

        Raises:
            Transient: the system can't be reached (cause ``connect``) or broke off (``broken``, ``timeout``).
            Permanent: the answer is too large or no HTTP.
        """
        request.headers.update({name: _revealed(value) for name, value in self._secrets.items()})
        request.extensions["timeout"] = self._timeout
        with exchange(lambda: _sent(request)) as answered:
            try:
                response = await self._transport.handle_async_request(request)
                try:
                    body = await self._read(response)
                finally:
                    await response.aclose()
            except (httpx.TransportError, aiohttp.ClientError) as error:
                raise self._classified(error) from error
            answered(lambda: _came(response, body))
            return response, body

    async def _read(self, response: httpx.Response) -> bytes:
        limit = self._system.limits.response_bytes
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > limit:
                raise Permanent("oversized", f"{self._system.name} answered with more than {limit} bytes")
        return bytes(body)

    def _classified(self, error: Exception) -> FunctionError:
        cause = error.__cause__ if isinstance(error, httpx.TransportError) else error
        name = self._system.name
        if isinstance(cause, _REACHING):
            return Transient("connect", f"{name} can't be reached")
        if isinstance(cause, aiohttp.ServerTimeoutError):
            return Transient("timeout", f"{name} did not answer in time")
        if isinstance(cause, aiohttp.ClientResponseError):
            return Permanent("unreadable", f"{name} answered with something that is not HTTP")
        return Transient("broken", f"{name} broke off the connection")

    async def close(self) -> None:
        """Close the pool."""
        await self._transport.aclose()


def _session(system: System, context: ssl.SSLContext) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=system.limits.concurrency, ssl=context)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=None)
    )


def _tls(settings: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca_file)
    if settings.certificate_file is not None:
        context.load_cert_chain(settings.certificate_file, settings.key_file)
    return context


def _revealed(secret: SecretStr) -> str:
    return secret.get_secret_value()


def _sent(request: httpx.Request) -> Parts:
    parts: Parts = {"method": request.method, "url": str(request.url), "headers": dict(request.headers)}
    return parts | ({"body": shown_body(request.content)} if request.content else {})


def _came(response: httpx.Response, body: bytes) -> Parts:
    return {"status": response.status_code, "headers": dict(response.headers), "body": shown_body(body)}


def _answer(response: httpx.Response, body: bytes) -> Answer:
    if not body:
        return Answer(response.status_code, None)
    try:
        text = _decoded(response, body)
        parse = parse_xml if _XML.search(response.headers.get("content-type", "")) else parse_json
        return Answer(response.status_code, parse(text))
    except ValueError as error:
        return Answer(response.status_code, None, str(error))


def _decoded(response: httpx.Response, body: bytes) -> str:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ValueError("compressed, although that was not asked for")
    try:
        codec = _codec(response.headers.get("content-type", "application/json"))
        return codec.decode(body)[0].removeprefix("\ufeff")
    except LookupError:
        raise ValueError("in an unknown character set") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"not {codec.name} at byte {error.start + 1}") from None


@lru_cache(64)
def _codec(content_type: str) -> CodecInfo:
    declared = Message()
    declared["content-type"] = content_type
    return lookup(declared.get_content_charset("utf-8"))
