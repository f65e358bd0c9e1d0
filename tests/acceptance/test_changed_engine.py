"""The data of one engine serves the other: what was begun goes on, what was published starts, in both directions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from stack.engines.products import EngineName
from stack.folder import DataFolder
from stack.running import Running
from tests.acceptance.conftest import api
from tests.acceptance.operator import Json, Operator
from tests.stacks import running_stack

DEBTOR = {"account": "1000000001"}
ORDER = (EngineName.CAMUNDA, EngineName.OPERATON, EngineName.CAMUNDA)


@asynccontextmanager
async def started(
    engine: EngineName, folder: DataFolder, environment: dict[str, str]
) -> AsyncIterator[tuple[Running, Operator]]:
    opening = running_stack(folder, environment, engine)
    stack = await asyncio.to_thread(opening.__enter__)
    try:
        assert stack.engine.name is engine
        async with api(stack, stack.credentials.api_keys.operator) as client:
            yield stack, Operator(client)
    finally:
        await asyncio.to_thread(opening.__exit__, None, None, None)


async def go_on(operator: Operator, session: Json) -> None:
    """Go back over a call, forward through it, and to the end."""
    begun = await operator.read(session)
    assert begun["step"]["key"] == "tell_debt"
    to = {"to": begun["step"]["visited"][0]["step"]}
    back = await operator.api.post(f"/sessions/{session['id']}/back", json=to, params={"wait": 20})
    again = await operator.answer(back.json(), DEBTOR)
    ended = await operator.answer(await operator.answer(again, {"agreement": "no"}), {"decline_reason": "other"})
    assert (ended["state"], ended["result"]["end"]) == ("ended", "end_declined")


async def has_administrators(stack: Running) -> None:
    """Otherwise whoever opens the engine's pages is asked to become the first one."""
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as browser:
        page = await browser.get(f"{stack.cockpit_url}/app/cockpit/default/")
    assert f"{stack.engine.title} Cockpit" in page.text


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_sessions_go_on_when_another_engine_takes_over(tmp_path: Path, bare_environment: dict[str, str]) -> None:
    folder = DataFolder(tmp_path / "data")
    begun: list[Json] = []
    for engine in ORDER:
        async with started(engine, folder, bare_environment) as (stack, operator):
            await has_administrators(stack)
            for session in begun:
                await go_on(operator, session)
            begun = [await operator.until("tell_debt", DEBTOR)]
