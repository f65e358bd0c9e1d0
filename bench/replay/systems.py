"""The demo systems, as somebody who measures sees them: their faults, their records, and the truth."""

from collections.abc import Iterable, Sequence
from typing import Any

import aiohttp

from bench.replay.judge import LoggedCall, Truth
from bench.replay.policies import Promise

BAD_DAYS = {"latency_ms": {"median": 400, "p99": 4000}, "error_rate": 0.02, "status": 503}
"""How the systems behave while sessions are replayed."""
QUICK = {"latency_ms": {"fixed": 0}}
_PAGE = 10_000


class Systems:
    """All demo systems of a stack.

    Args:
        client: any session.
        urls: address of each, by the name of the system.
    """

    def __init__(self, client: aiohttp.ClientSession, urls: dict[str, str]) -> None:
        self._client = client
        self._urls = urls

    async def behave(self, wanted: Any) -> None:
        """Change how all of them behave."""
        for url in self._urls.values():
            async with self._client.put(f"{url}/_demo/faults", json=wanted) as response:
                response.raise_for_status()

    async def reset(self) -> None:
        """Put all of their data back."""
        for url in self._urls.values():
            async with self._client.post(f"{url}/_demo/reset") as response:
                _raise_unless_absent(response)

    async def calls(self) -> list[LoggedCall]:
        """Everything that reached them on behalf of somebody: calls with a correlation id."""
        found: list[LoggedCall] = []
        for url in self._urls.values():
            found += [call for call in await self._all_calls(url) if call.correlation_id is not None]
        return found

    async def _all_calls(self, url: str) -> list[LoggedCall]:
        found: list[LoggedCall] = []
        after, total = 0, 1
        while after < total:
            query = {"after": after, "limit": _PAGE}
            async with self._client.get(f"{url}/_demo/calls", params=query) as response:
                if _raise_unless_absent(response):
                    return []
                said = await response.json()
            total = said["total"]
            after = said["calls"][-1]["number"] if said["calls"] else total
            found += map(LoggedCall.model_validate, said["calls"])
        return found

    async def truth(self, promises: Iterable[Promise], accounts: Sequence[str]) -> Truth:
        """Ask for what the functions that need nothing but an account should give."""
        replayed = [promise for promise in promises if promise.function.partition(".")[0] in self._urls]
        asked = [promise for promise in replayed if promise.is_read and _needs_account_alone(promise)]
        return {
            account: {name: value for each in asked for name, value in await self._say(each, account)}
            for account in accounts
        }

    async def _say(self, promise: Promise, account: str) -> Any:
        url = self._urls[promise.function.partition(".")[0]]
        async with self._client.get(url + str(promise.path).replace("{account}", account)) as response:
            response.raise_for_status()
            said = await response.json()
        return [(name, _at(said, names)) for name, names in promise.outputs.items()]


def _raise_unless_absent(response: aiohttp.ClientResponse) -> bool:
    """Whether a system has no such endpoint: no data to put back, or no record.

    Raises:
        aiohttp.ClientResponseError: it has, and refuses.
    """
    if response.status == 404:
        return True
    response.raise_for_status()
    return False


def unchanged(before: Truth, after: Truth) -> Truth:
    """What was true from the beginning to the end."""
    return {
        account: {name: value for name, value in known.items() if after[account].get(name) == value}
        for account, known in before.items()
    }


def _needs_account_alone(promise: Promise) -> bool:
    path = promise.path or ""
    return "{account}" in path and "{" not in path.replace("{account}", "")


def _at(document: Any, names: Sequence[str]) -> Any:
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document
