"""Health endpoints of a process that serves nothing else: ``/health/live``, ``/health/ready`` and ``/metrics``."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

Check = Callable[[], Awaitable[object]]
"""Returns when a part that this process needs is usable, raises where it is not."""


async def readiness(checks: Mapping[str, Check]) -> tuple[bool, dict[str, str]]:
    """Run all checks at once.

    Returns:
        Whether all passed, and for each check ``"ok"`` or the sentence that its error gives.
    """
    outcomes = await asyncio.gather(*(check() for check in checks.values()), return_exceptions=True)
    said = {
        name: (str(outcome) or type(outcome).__name__) if isinstance(outcome, BaseException) else "ok"
        for name, outcome in zip(checks, outcomes, strict=True)
    }
    return all(word == "ok" for word in said.values()), said


def health_routes(checks: Mapping[str, Check]) -> "list[BaseRoute]":
    """Routes for liveness and readiness, to be mounted in any ASGI application."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"state": "live"})

    async def ready(_request: Request) -> Response:
        is_ready, said = await readiness(checks)
        return JSONResponse({"state": "ready" if is_ready else "not ready", "checks": said}, 200 if is_ready else 503)

    return [Route("/health/live", live), Route("/health/ready", ready)]


@asynccontextmanager
async def serving(host: str, port: int, routes: "Sequence[BaseRoute]") -> "AsyncIterator[None]":
    """Serve ``routes`` beside the work of the ``async with`` block.

    Raises:
        SystemExit: the port is taken, which is logged; the status is 3, uvicorn's own for it.
    """
    config = uvicorn.Config(Starlette(routes=list(routes)), host=host, port=port, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    task = asyncio.create_task(_serve_quietly(server, socket))
    try:
        yield
    finally:
        server.should_exit = True
        await task
        socket.close()


async def _serve_quietly(server: uvicorn.Server, socket: object) -> None:
    # uvicorn's own serve() would take over the signals, which belong to the process.
    await server._serve(sockets=[socket])  # type: ignore[list-item]  # noqa: SLF001
