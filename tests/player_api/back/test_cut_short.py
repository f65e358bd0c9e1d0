"""A process that dies while it carries out a Back: the next one who looks at the session goes on with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from player_api.app import create_app
from runtime.settings import Settings
from stack.running import Running
from store.database import Database
from tests.player_api.api import problem
from tests.player_api.back.conftest import Live
from tests.player_api.back.cut import Cut, CutTransport
from tests.player_api.back.drawing import ask, call, called, forms, mapping, process
from tests.player_api.back.walker import Walker, been, keys


@asynccontextmanager
async def dying(settings: Settings, cut: Cut, walker: Walker, key: str) -> AsyncIterator[Walker]:
    """A facade that dies at ``cut``, beside the one of ``walker``."""
    transport = CutTransport(cut)
    app = create_app(settings, transport)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url="http://dying/api/v1",
            headers={"Authorization": f"Bearer {key}"},
        ) as client,
    ):
        yield Walker(client, walker.engine, walker.releases)
        assert transport.is_dead


NESTED = {
    "script.bpmn": process("SCRIPT", ask("a") + called("k", "SCRIPT_inner") + ask("z"), "start>a>k>z>end"),
    "inner.bpmn": process("SCRIPT_inner", ask("c1") + ask("c2"), "start>c1>c2>end"),
    **forms("a", "c1", "c2", "z"),
}


@pytest.mark.parametrize(
    "cut",
    [
        Cut("/modification", 1, sent=False),
        Cut("/modification", 1, sent=True),
        Cut("/modification", 2, sent=False),
        Cut("/modification", 2, sent=True),
    ],
)
async def test_into_a_called_script_that_has_ended_takes_two_calls_and_survives_a_death_at_each(
    walker: Walker, settings: Settings, cut: Cut
) -> None:
    session = await walker.through(await walker.publish(NESTED), "a", "c1", "c2")
    async with dying(settings, cut, walker, "key-operator") as dead:
        refused = await dead.back(session, "c2", key=(key := session["id"]))
        assert (refused.status_code, problem(refused)) == (503, "engine-unavailable")
    now = await walker.read(session, wait=10)
    assert (keys(now), been(now)) == (["c2"], ["a", "c1"])
    assert await walker.variables(now) == {"a": "a", "c1": "c1"}
    again = await walker.gone_back(session, session["step"]["visited"][2]["step"], key=key)
    assert keys(again) == ["c2"]
    assert (await walker.answer(await walker.answer(again, "c2"), "z"))["state"] == "ended"


async def test_who_has_died_without_a_word_is_waited_for_some_seconds_only(
    walker: Walker, settings: Settings, database: Database
) -> None:
    session = await walker.through(await walker.publish(NESTED), "a")
    async with dying(settings, Cut("/modification"), walker, "key-operator") as dead:
        await dead.back(session, "a")
    claim = "UPDATE backs SET claimed_until = now() + %s::interval WHERE session = %s"
    await database.fetch_one(claim, ("10 s", session["id"]))
    waiting = await walker.read(session)
    assert (waiting["state"], waiting["steps"]) == ("working", [])
    busy = await walker.back(session, "a")
    assert (busy.status_code, problem(busy)) == (409, "back-blocked")
    await database.fetch_one(claim, ("-1 s", session["id"]))
    assert keys(await walker.read(session, wait=5)) == ["a"]


@pytest.mark.parametrize(
    "cut",
    [Cut("/deployment/create"), Cut("/start", sent=False), Cut("/start", sent=True), Cut("/modification", sent=True)],
)
async def test_an_undo_is_made_once_whatever_dies(stack: Running, live: Live, cut: Cut) -> None:
    inner = ask("item") + call("book", f"{live.name}.book", mapping(in_item="${item}")) + ask("b")
    files = {"script.bpmn": process("SCRIPT", inner, "start>item>book>b>end"), **forms("item", "b")}
    session = await live.walker.through(await live.walker.publish(files, live.catalogue), "item")
    credentials = stack.credentials
    settings = Settings(
        database_url=stack.database_url("script_manager"),
        engine_url=stack.urls["engine"],
        engine_user=credentials.engine.user,
        engine_password=credentials.engine.password,
        database_pool_size=2,
    )
    async with dying(settings, cut, live.walker, credentials.api_keys.operator) as dead:
        refused = await dead.back(session, "item")
        assert (refused.status_code, problem(refused)) == (503, "engine-unavailable")
    now = await live.walker.read(session, wait=20)
    assert keys(now) == ["item"]
    assert [what for what, _ in live.system.asked] == ["book", "cancel"]
