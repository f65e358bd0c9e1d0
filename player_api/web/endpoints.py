"""What a CRM page loads: the built web applications, open to everybody."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from player_api.web.built import ENCODINGS, BuiltFile, read_built

APPLICATIONS = ("player",)
"""Each is served at the root under its name, out of the folder of that name."""
_FOR_ANY_PAGE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "public, no-cache"


def web_routes(folder: Path) -> APIRouter:
    """Routes to what was built; read now, so another build is served by the next process.

    Args:
        folder: with a folder for each application.
    """
    router = APIRouter(include_in_schema=False)
    for application in APPLICATIONS:
        _add(router, application, read_built(folder / application))
    return router


def _add(router: APIRouter, application: str, files: Mapping[str, BuiltFile]) -> None:
    @router.api_route(f"/{application}/{{path:path}}", methods=["GET", "HEAD"], name=application)
    async def file(path: str, request: Request) -> Response:
        found = files.get(path)
        if found is None:
            raise HTTPException(404, "There is no such file" if files else f"The {application} is not built here")
        return _answer(found, request)


def _answer(file: BuiltFile, request: Request) -> Response:
    coding = next((name for name in ENCODINGS if name in file.bodies and _accepts(request, name)), "identity")
    headers = _FOR_ANY_PAGE | {
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
