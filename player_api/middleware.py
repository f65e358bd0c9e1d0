"""What happens around every request: its correlation id, its log line, the bound on its size."""

import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from player_api.problems import Kind, problem_response
from runtime import addresses, correlation, logs

LARGEST_BODY = 1_000_000
"""Bytes."""
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


class BodyLimit:
    """ASGI middleware: refuses a body of more than `LARGEST_BODY` bytes, announced or streamed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > LARGEST_BODY:
            await _refusal()(scope, receive, send)
            return
        received = 0

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise HTTPException(413, _TOO_LARGE)
            return message

        await self._app(scope, bounded, send)


_TOO_LARGE = f"A request may have at most {LARGEST_BODY} bytes"


def _refusal() -> ASGIApp:
    return problem_response(Kind(413, "too-large", _TOO_LARGE))
