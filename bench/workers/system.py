"""The system that all workers call: as quick as can be, or as slow as is wanted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from stack.ports import HOST


class CalledSystem:
    """Answers ``GET /{milliseconds}/accounts/{account}`` after so many milliseconds, and counts."""

    def __init__(self) -> None:
        self._url = ""
        self.calls = 0

    def url(self, milliseconds: int) -> str:
        """The base address at which every answer takes so long."""
        return f"{self._url}/{milliseconds}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve during the block, on a port of its own."""
        application = web.Application()
        application.router.add_get("/{milliseconds:[0-9]+}/accounts/{account}", self._account)
        runner = web.AppRunner(application, access_log=None, keepalive_timeout=600)
        await runner.setup()
        try:
            site = web.TCPSite(runner, HOST, 0)
            await site.start()
            host, port, *_ = runner.addresses[0]
            self._url = f"http://{host}:{port}"
            yield
        finally:
            await runner.cleanup()

    async def _account(self, request: web.Request) -> web.Response:
        self.calls += 1
        await asyncio.sleep(int(request.match_info["milliseconds"]) / 1000)
        account = request.match_info["account"]
        return web.json_response({"account": account, "balance": {"amount": -12_550, "text": "−125,50 ₽"}})
