"""A methodologist and a publisher, who go through the API."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from bench.publish.script import CALLED, SCRIPT, archive, called_files, root_files
from bench.publish.traffic import HELD


class PublicationRefused(Exception):
    """The API refused what the benchmark can't go on without."""


class Author:
    """Changes the drafts, publishes them, and takes publications back.

    Args:
        api: the facade with a key that may do so.
    """

    def __init__(self, api: aiohttp.ClientSession) -> None:
        self._api = api

    async def write(self, text: str) -> None:
        """Put a text into both drafts."""
        for script, files in ((CALLED, called_files(text)), (SCRIPT, root_files(text))):
            async with self._api.get(f"scripts/{script}/draft") as response:
                seen = {"If-Match": response.headers["ETag"]} if response.ok else {}
            headers = {"Content-Type": "application/zip", **seen}
            await self._send("PUT", f"scripts/{script}/archive", data=archive(files), headers=headers)

    async def publish(self, *, tested: bool) -> int:
        """Publish the draft to everyone; return the release."""
        body = {} if tested else {"tests": "skip", "override": {"reason": "A benchmark without test cases"}}
        return int((await self._send("POST", f"scripts/{SCRIPT}/releases", json=body))["release"])

    async def hold(self, release: int) -> None:
        """Hold one channel at a release, whatever the others get."""
        now = await self.rollout()
        rules = [{"release": release}, {"channel": HELD, "release": release}]
        headers = {"If-Match": f'"{now["version"]}"'}
        await self._send("PUT", f"scripts/{SCRIPT}/rollout", json={"rules": rules}, headers=headers)

    async def roll_back(self) -> Mapping[str, Any]:
        """Go back to the rules before; return the rollout."""
        rollout: Mapping[str, Any] = await self._send("POST", f"scripts/{SCRIPT}/rollback")
        return rollout

    async def rollout(self) -> Mapping[str, Any]:
        """The rollout in force."""
        rollout: Mapping[str, Any] = await self._send("GET", f"scripts/{SCRIPT}/rollout")
        return rollout

    async def history(self) -> list[Mapping[str, Any]]:
        """All versions of the rollout."""
        switches: list[Mapping[str, Any]] = await self._send("GET", f"scripts/{SCRIPT}/rollout/history")
        return switches

    async def _send(self, method: str, path: str, **given: Any) -> Any:
        async with self._api.request(method, path, **given) as response:
            if not response.ok:
                raise PublicationRefused(f"{method} {path}: {response.status} {(await response.text())[:1000]}")
            return await response.json()
