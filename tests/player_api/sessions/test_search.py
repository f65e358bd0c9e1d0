import secrets
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from player_api.app import create_app
from player_api.sessions.context import Caller
from player_api.sessions.found import SearchRequest
from player_api.sessions.search import search
from runtime.settings import Settings
from store.keys import Limits
from store.releases import ReleaseContent, Releases
from tests.fakes.engine import URL
from tests.fakes.scenario import Ask, Scenario
from tests.player_api.api import Api, Json, problem

FIRST, SECOND = Ask("first"), Ask("second")


@pytest.fixture
async def script(api: Api) -> str:
    return await api.publish(FIRST, SECOND)


async def found(api: Api, key: str = "key-operator", **wanted: Any) -> list[str]:
    response = await api.request("GET", "/sessions", params=wanted, key=key)
    assert response.status_code == 200, response.text
    return [item["id"] for item in response.json()["items"]]


async def started(api: Api, script: str, **body: Any) -> str:
    return str((await api.start(script, **body)).json()["id"])


@pytest.mark.parametrize("by", ["external_id", "customer", "team"])
async def test_a_session_is_found_by_what_it_was_started_with(api: Api, script: str, by: str) -> None:
    value = f"v{secrets.token_hex(4)}"
    older, _, newer = [await started(api, script, **{by: given}) for given in (value, "other", value)]
    assert await found(api, **{by: value}) == [newer, older]
    assert await found(api, **{by: value, "script": script}) == [newer, older]
    assert await found(api, **{by: value, "script": "another"}) == []


async def test_by_state(api: Api, script: str) -> None:
    one, other = await started(api, script), await started(api, script)
    await api.request("POST", f"/sessions/{one}/cancel", json={"reason": "x"})
    assert await found(api, script=script, state="cancelled") == [one]
    assert await found(api, script=script, state="open") == [other]
    assert await found(api, script=script, state="ended") == []


async def test_my_open_sessions_after_a_crash_and_at_another_workplace(api: Api, script: str) -> None:
    mine, handed_on, over = [await started(api, script) for _ in range(3)]
    await api.request("POST", f"/sessions/{over}/cancel", json={"reason": "x"})
    await api.request("POST", f"/sessions/{handed_on}/handoff", json={"channel": "crm"})
    await api.request("POST", f"/sessions/{handed_on}/claim", json={}, key="key-bot")
    await api.database.fetch_one("UPDATE sessions SET held_until = now() WHERE id = %s", (mine,))
    assert await found(api, script=script, holder="me", state="open") == [mine]
    assert await found(api, "key-bot", script=script, holder="me") == [handed_on]
    assert await found(api, script=script, holder="key:bot") == [handed_on]


async def test_page_by_page(api: Api, script: str) -> None:
    sessions = [await started(api, script) for _ in range(5)]
    seen: list[str] = []
    cursor = None
    for size in (2, 2, 1):
        wanted = {"script": script, "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await api.request("GET", "/sessions", params=wanted)).json()
        assert len(page["items"]) == size
        seen += [item["id"] for item in page["items"]]
        cursor = page["cursor"]
    assert cursor is None
    assert seen == sessions[::-1]


async def test_another_tenant_finds_nothing(api: Api, script: str) -> None:
    await started(api, script, external_id="case")
    assert await found(api, "key-elsewhere", script=script) == []


async def test_what_a_caller_is_limited_to_is_all_it_finds(app: FastAPI, api: Api, script: str) -> None:
    ours, everybody_s, _ = [await started(api, script, team=team) for team in ("gold", None, "silver")]
    caller = Caller("key:x", "main", "c", Limits(teams=frozenset({"gold"})))
    page = await search(app.state.sessions, caller, SearchRequest(script=script))
    assert [str(item.id) for item in page.items] == [everybody_s, ours]


@pytest.mark.parametrize(
    ("wanted", "slug"),
    [
        ({"cursor": "x"}, "cursor-invalid"),
        ({"cursor": "WyJ4IiwieCJd"}, "cursor-invalid"),
        ({"cursor": "bnVsbA"}, "cursor-invalid"),
        ({"cursor": "ж"}, "cursor-invalid"),
        ({"limit": 0}, "request-invalid"),
        ({"limit": 201}, "request-invalid"),
        ({"state": "active"}, "request-invalid"),
        ({"typo": "x"}, "request-invalid"),
    ],
)
async def test_a_search_that_makes_no_sense(api: Api, wanted: Json, slug: str) -> None:
    response = await api.request("GET", "/sessions", params=wanted)
    assert (response.status_code, problem(response)) == (422, slug)


async def test_a_session_goes_on_in_its_release_after_a_publication_and_in_another_process(
    api: Api, script: str, database_url: str
) -> None:
    session = await started(api, script, external_id="case-1")
    releases = Releases(api.database)
    definition = api.fake.define(Scenario(script, (Ask("new"),)))
    content = ReleaseContent(script, script, ["outcome"], {f"{script}/script.bpmn": b"y"}, secrets.token_bytes(32))
    release = await releases.reserve(content, author="test")
    await releases.published(release, "deployment", definition, "test")
    await releases.roll_out(script, [{"release": release.number}], "test")

    settings = Settings(database_url=SecretStr(database_url), engine_url=URL, database_pool_size=2)
    other = create_app(settings, httpx.ASGITransport(api.fake))
    async with (
        other.router.lifespan_context(other),
        httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url="http://other/api/v1") as client,
    ):
        there = Api(client, api.database, api.fake)
        [again] = await found(there, script=script, holder="me")
        assert again == session
        read = (await there.request("GET", f"/sessions/{session}")).json()
        assert (read["release"], read["step"]["key"]) == (1, "first")
        assert (await there.submit(read, {})).json()["step"]["key"] == "second"
        assert (await there.start(script)).json()["step"]["key"] == "new"
