"""A way to the engine that breaks off at a chosen request, as if the process had died there."""

from dataclasses import dataclass

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport


@dataclass(frozen=True)
class Cut:
    """Where a process dies.

    Attributes:
        path: end of the path of the request.
        number: which of the requests to it, from 1.
        sent: the engine still carries it out.
    """

    path: str
    number: int = 1
    sent: bool = False


class CutTransport(httpx.AsyncBaseTransport):
    """Carries requests until the cut; nothing gets through afterwards."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._seen = 0
        self._inner = AiohttpTransport(client=aiohttp.ClientSession)
        self.is_dead = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.is_dead and request.method == "POST" and request.url.path.endswith(self._cut.path):
            self._seen += 1
            self.is_dead = self._seen == self._cut.number
            if self.is_dead and self._cut.sent:
                response = await self._inner.handle_async_request(request)
                await response.aclose()
        if self.is_dead:
            raise httpx.ReadError("the process has died")
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
