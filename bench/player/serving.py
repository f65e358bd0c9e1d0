"""The two pages, served from an origin that is not the facade's."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from string import Template
from typing import Any

import httpx
import tenacity
from aiohttp import web

from bench.player.scripts import SCRIPT, ordinary_form
from stack.failures import StackError
from stack.running import Running

_PAGES = Path(__file__).with_name("pages")
_PATIENCE = 60
"""Seconds until the facade must know what was changed."""
_TYPES = {".js": "text/javascript", ".css": "text/css"}


@asynccontextmanager
async def serving(stack: Running, bare: Path) -> AsyncIterator[str]:
    """Serve ``/bare`` and ``/player``.

    Args:
        stack: where the player comes from, and what it talks to.
        bare: the folder with the built bare page.

    Returns:
        The address.
    """
    app = web.Application()
    runner = web.AppRunner(app)
    schema = {"id": "bare", "type": "default", "schemaVersion": 18, "components": ordinary_form()}
    form = json.dumps({"schema": schema, "data": {}}, ensure_ascii=False)
    token = ""

    async def bare_page(_request: web.Request) -> web.Response:
        return _page("bare", {"form": form})

    async def host_page(_request: web.Request) -> web.Response:
        return _page("host", {"script_manager": stack.urls["facade"], "script": SCRIPT, "token": token})

    async def asset(request: web.Request) -> web.Response:
        file = bare / f"bare.{request.match_info['kind']}"
        headers = {"Content-Encoding": "br", "Content-Type": f"{_TYPES[file.suffix]}; charset=utf-8"}
        return web.Response(body=file.with_name(f"{file.name}.br").read_bytes(), headers=headers)

    app.add_routes([web.get("/bare", bare_page), web.get("/player", host_page), web.get("/bare.{kind:js|css}", asset)])
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        token = await _token(stack, url)
        yield url
    finally:
        await runner.cleanup()


def _page(name: str, values: Mapping[str, str]) -> web.Response:
    template = Template((_PAGES / f"{name}.html").read_text(encoding="utf-8"))
    return web.Response(text=template.substitute(values), content_type="text/html")


async def _token(stack: Running, origin: str) -> str:
    """Let pages of ``origin`` call, and ask for a token that lasts as long as a benchmark."""
    keys = stack.credentials.api_keys
    async with httpx.AsyncClient(base_url=f"{stack.urls['facade']}/api/v1", trust_env=False, timeout=30) as api:
        administrator = {"Authorization": f"Bearer {keys.admin}"}
        allowed: list[str] = (await api.get("/origins", headers=administrator)).json()["origins"]
        await _checked(api, "PUT", "/origins", administrator, {"origins": [*allowed, origin]})
        wanted = {"operator": "bench", "origin": origin, "minutes": 60}
        await _allowed(api, origin)
        given = await _checked(api, "POST", "/embed-tokens", {"Authorization": f"Bearer {keys.embedder}"}, wanted)
        return str(given["token"])


async def _allowed(api: httpx.AsyncClient, origin: str) -> None:
    """Wait until the facade knows that pages of ``origin`` may call."""
    asking = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    stop, wait = tenacity.stop_after_delay(_PATIENCE), tenacity.wait_fixed(0.2)
    async for attempt in tenacity.AsyncRetrying(stop=stop, wait=wait, reraise=True):
        with attempt:
            if (await api.options("/sessions", headers=asking)).is_error:
                raise StackError("The facade does not let the benchmark's pages call.")


async def _checked(
    api: httpx.AsyncClient, method: str, path: str, headers: Mapping[str, str], body: object
) -> dict[str, Any]:
    answer = await api.request(method, path, json=body, headers=dict(headers))
    if answer.is_error:
        raise StackError(f"The facade refused {method} {path}: {answer.status_code}.")
    return dict(answer.json())
