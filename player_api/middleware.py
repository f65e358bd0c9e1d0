"""What happens around every request: correlation id, log line, headers, the bound on its size, the last resort."""

import re
import time
from collections.abc import Mapping

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from player_api.problems import UNFORESEEN, Kind, problem_response
from runtime import addresses, correlation, logs

LARGEST_BODY = 1_000_000
"""Bytes."""
_FOR_ALL = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_FOR_DATA = {
    **_FOR_ALL,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_QUIET = frozenset({"/health/live", "/health/ready"})
_log = logs.get(__name__)


class Correlation:
    """ASGI middleware: takes or makes a correlation id, answers with it, and logs each request with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["correlation_id"] = correlation.accept(Headers(scope=scope).get(correlation.HEADER))
        structlog.contextvars.clear_contextvars()
        correlation.bind(scope["correlation_id"])
        addresses.bind(scope["client"][0] if scope.get("client") else None)
        status = 500
        started = time.perf_counter()

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[correlation.HEADER] = scope["correlation_id"]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            if scope["path"] not in _QUIET:
                route = getattr(scope.get("route"), "path", "unknown")
                took = round((time.perf_counter() - started) * 1000, 1)
                _log.info("request", method=scope["method"], route=route, status=status, duration_ms=took)


class Safeguards:
    """ASGI middleware: lets browsers and proxies guess, frame and keep nothing, where an answer says nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (_FOR_DATA if scope["path"].startswith("/api/") else _FOR_ALL).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, answer)


class LastResort:
    """ASGI middleware, the innermost: answers for an error that nobody foresaw.

    Done further out, as Starlette does it, the answer would lack what the other middleware adds, and a page of another
    origin could not read it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on."""
        is_answered = False

        async def answer(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            if is_answered or scope["type"] != "http":
                raise
            _log.error("unforeseen error", exc_info=error)
            await problem_response(UNFORESEEN)(scope, receive, send)


class BodyLimit:
    """ASGI middleware: refuses a body that is too large, announced or streamed.

    Args:
        app: what is protected.
        larger: most bytes by regular expressions of paths; `LARGEST_BODY` for all others.
    """

    def __init__(self, app: ASGIApp, larger: Mapping[str, int]) -> None:
        self._app = app
        self._larger = [(re.compile(path), most) for path, most in larger.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest = next((most for path, most in self._larger if path.fullmatch(scope["path"])), LARGEST_BODY)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > largest:
            await problem_response(Kind(413, "too-large", _too_large(largest)))(scope, receive, send)
            return
        received = 0

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > largest:
                raise HTTPException(413, _too_large(largest))
            return message

        await self._app(scope, bounded, send)


def _too_large(largest: int) -> str:
    return f"A request may have at most {largest} bytes here"
