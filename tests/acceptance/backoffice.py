"""The demo back office: its systems' bad days, how long measurements take, and their data put back."""

from typing import Any

import httpx

SYSTEMS = ("customers", "inventory", "measurements", "knowledge", "television")


class Backoffice:
    """A client of the demo back office."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def behave(self, system: str, **faults: object) -> None:
        """Let a system be as it shall be from now on; well, where nothing is said."""
        (await self._client.put(f"/{system}/_demo/faults", json=faults)).raise_for_status()

    async def measurements_take(self, milliseconds: float) -> None:
        """Let measurements that are ordered from now on take as long."""
        wanted = {"milliseconds": {"fixed": milliseconds}}
        (await self._client.put("/measurements/_demo/duration", json=wanted)).raise_for_status()

    async def reset(self) -> None:
        """Put all data back to how it was at first."""
        for system in ("customers", "inventory", "measurements", "television"):
            (await self._client.post(f"/{system}/_demo/reset")).raise_for_status()

    async def read(self, path: str) -> dict[str, Any]:
        """What a system says itself."""
        response = (await self._client.get(path)).raise_for_status()
        return dict(response.json())

    async def calls(self, system: str, path: str) -> int:
        """How often a path of a system was called, by its own record."""
        recorded = await self.read(f"/{system}/_demo/calls?limit=10000")
        return sum(call["path"] == path for call in recorded["calls"])

    async def usual(self) -> dict[str, dict[str, Any]]:
        """How each system behaves now."""
        return {system: (await self._client.get(f"/{system}/_demo/faults")).json() for system in SYSTEMS}
