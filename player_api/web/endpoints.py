"""What browsers load: the built web applications. Pages of any origin hold the player; the studio is a page itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from player_api.web.built import ENCODINGS, BuiltFile, read_built

_FOR_ANY_PAGE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    # The editors add style elements and attributes; what they hold comes from the application, never from a script.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
_FOR_ITSELF = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True)
class Application:
    """A built web application.

    Attributes:
        name: of its folder, and of its path at the root.
        headers: of all its files.
        page: the file that its path itself stands for; None where it has no page.
    """

    name: str
    headers: Mapping[str, str] = field(repr=False)
    page: str | None = None


APPLICATIONS = (Application("player", _FOR_ANY_PAGE), Application("studio", _FOR_ITSELF, page="index.html"))
_FOR_ALL = {"X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding"}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "public, no-cache"


def web_routes(folder: Path) -> APIRouter:
    """Routes to what was built; read now, so another build is served by the next process.

    Args:
        folder: with a folder for each application.
    """
    router = APIRouter(include_in_schema=False)
    for application in APPLICATIONS:
        _add(router, application, read_built(folder / application.name))
    return router


def _add(router: APIRouter, application: Application, files: Mapping[str, BuiltFile]) -> None:
    name = application.name

    @router.api_route(f"/{name}/{{path:path}}", methods=["GET", "HEAD"], name=name)
    async def file(path: str, request: Request) -> Response:
        found = files.get(path or application.page or "")
        if found is None:
            raise HTTPException(404, "There is no such file" if files else f"The {name} is not built here")
        return _answer(found, request, application.headers)

    if application.page is not None:

        @router.get(f"/{name}", name=f"to {name}")
        async def to_page() -> Response:
            return RedirectResponse(f"{name}/")


def _answer(file: BuiltFile, request: Request, of_application: Mapping[str, str]) -> Response:
    coding = next((name for name in ENCODINGS if name in file.bodies and _accepts(request, name)), "identity")
    headers = {
        **_FOR_ALL,
        **of_application,
        "ETag": file.tags[coding],
        "Cache-Control": _FOR_EVER if file.is_hashed else _ASK_FIRST,
    }
    if file.tags[coding] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if coding != "identity":
        headers["Content-Encoding"] = coding
    headers["Content-Type"] = file.media_type
    body = file.bodies[coding]
    if request.method == "HEAD":
        return Response(headers=headers | {"Content-Length": str(len(body))})
    return Response(body, headers=headers)


def _accepts(request: Request, coding: str) -> bool:
    """Whether Accept-Encoding (RFC 9110, 12.5.3) names ``coding``, and not with a weight of zero."""
    for wanted in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = wanted.partition(";")
        if name.strip() == coding:
            return weight.replace(" ", "").rstrip("0.") not in {"q=", "q"}
    return False
