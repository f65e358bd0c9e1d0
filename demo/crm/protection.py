"""What protects the CRM's page: whom it talks to, what it may run, and who may write."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEALTH = "/health/"


def content_security_policy(script_manager: str) -> str:
    """The policy of the page: itself and Script Manager, nothing inline, nothing evaluated.

    Args:
        script_manager: origin from which the player is loaded and to which it talks.
    """
    ours = f"'self' {script_manager}"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {ours}",
            f"style-src {ours}",
            f"connect-src {ours}",
            f"img-src {ours}",
            f"font-src {ours}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


class Protection:
    """ASGI middleware: the CRM answers under its own address alone, and takes writes from its own pages alone.

    Args:
        app: what is protected.
        origin: of the CRM's pages.
        script_manager: origin of the player.
    """

    def __init__(self, app: ASGIApp, origin: str, script_manager: str) -> None:
        self._app = app
        self._origin = origin
        self._host = urlsplit(origin).netloc
        self._policy = content_security_policy(script_manager)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on."""
        if scope["type"] != "http" or scope["path"].startswith(_HEALTH):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        reads = scope["method"] in {"GET", "HEAD"}
        if headers.get("host") != self._host:
            # Another name of this machine is another origin, for which there would be no token.
            elsewhere = RedirectResponse(self._origin + scope["path"]) if reads else _refused()
            await elsewhere(scope, receive, send)
        elif not reads and headers.get("origin", self._origin) != self._origin:
            await _refused()(scope, receive, send)
        else:
            await self._app(scope, receive, self._with_headers(send))

    def _with_headers(self, send: Send) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self._policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return answer


def _refused() -> JSONResponse:
    return JSONResponse({"error": "Only the CRM's own pages may write."}, 403)
