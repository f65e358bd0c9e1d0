"""Cross-origin requests, for pages of the origins that a tenant has allowed (Fetch Standard, "HTTP-cookie-less" CORS).

No cookie and no other ambient proof is ever used, so ``Access-Control-Allow-Credentials`` is never sent.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from player_api.access.errors import OriginRefused
from player_api.access.origins import AllowedOrigins
from player_api.problems import KINDS, problem_response

EXPOSED = "ETag, X-Correlation-Id, Retry-After"
_METHODS = "GET, POST, PUT, DELETE"
_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Correlation-Id"
_PREFLIGHT_KEPT = "600"
"""Seconds for which a browser need not ask again."""


class Cors:
    """ASGI middleware: answers preflights, and lets a page read answers to the callers of a tenant that allows it.

    A preflight carries no token, so it is answered for an origin that any tenant allows.
    """

    def __init__(self, app: ASGIApp, origins: AllowedOrigins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        origin = headers.get("origin")
        if origin is None:
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            answer = await self._preflight(origin)
            await answer(scope, receive, send)
        else:
            await self._answer_page(origin, scope, receive, send)

    async def _preflight(self, origin: str) -> Response:
        if not await self._origins.allows(origin, None):
            return problem_response(KINDS[OriginRefused], "no tenant has allowed pages of this origin")
        return Response(
            status_code=204,
            headers={
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": _METHODS,
                "Access-Control-Allow-Headers": _HEADERS,
                "Access-Control-Max-Age": _PREFLIGHT_KEPT,
                "Vary": "Origin",
            },
        )

    async def _answer_page(self, origin: str, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            headers = MutableHeaders(scope=message) if message["type"] == "http.response.start" else MutableHeaders()
            is_open = "access-control-allow-origin" in headers  # to pages of any origin, as what they load is
            if message["type"] == "http.response.start" and not is_open:
                principal = scope.get("state", {}).get("principal")
                headers.add_vary_header("Origin")
                if await self._origins.allows(origin, principal.tenant if principal else None):
                    headers["Access-Control-Allow-Origin"] = origin
                    headers["Access-Control-Expose-Headers"] = EXPOSED
            await send(message)

        await self._app(scope, receive, answer)
