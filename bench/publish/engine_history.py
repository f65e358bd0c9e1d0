"""What the engine remembers of the sessions, asked directly: our own rows are not believed."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from bench.publish.judge import Instance, deployments
from bench.publish.script import CALLED, SCRIPT

_PAGE = 2_000


async def deployments_of_sessions(engine: aiohttp.ClientSession) -> dict[str, set[str]]:
    """The deployments that every session ran on, its own instance and those that it called, by business key.

    Args:
        engine: session at the engine's REST API, with a login.

    Raises:
        aiohttp.ClientError: the engine doesn't answer, or refuses.
    """
    of_definition = {
        each["id"]: each["deploymentId"]
        for script in (SCRIPT, CALLED)
        async for each in _pages(engine, "process-definition", {"key": script, "sortBy": "id", "sortOrder": "asc"})
    }
    query = {"processDefinitionKeyIn": f"{SCRIPT},{CALLED}", "sortBy": "instanceId", "sortOrder": "asc"}
    instances = [
        Instance(each["businessKey"], each["processDefinitionId"])
        async for each in _pages(engine, "history/process-instance", query)
        if each["tenantId"] is None
    ]
    return deployments(instances, of_definition)


async def _pages(engine: aiohttp.ClientSession, path: str, query: dict[str, str]) -> AsyncIterator[Any]:
    first = 0
    while True:
        page = {"firstResult": str(first), "maxResults": str(_PAGE)}
        async with engine.get(path, params=query | page) as response:
            response.raise_for_status()
            found = await response.json()
        for each in found:
            yield each
        if len(found) < _PAGE:
            return
        first += _PAGE
