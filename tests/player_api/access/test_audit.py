import secrets
from typing import Any

import httpx
from pydantic import SecretStr

from player_api.access.usage import Usage
from player_api.app import create_app
from runtime.settings import Settings
from store.journal import Event, EventType, Journal
from store.keys import Keys
from tests.fakes.scenario import Ask
from tests.player_api.api import Api, Json, problem


async def audit(api: Api, key: str = "key-admin", **query: Any) -> Json:
    response = await api.request("GET", "/audit", key=key, params=query)
    assert response.status_code == 200
    page: Json = response.json()
    return page


async def test_it_says_who_did_what_when_and_from_where(api: Api) -> None:
    name, call = f"k-{secrets.token_hex(4)}", secrets.token_hex(4)
    body = {"name": name, "roles": ["bot"], "scripts": ["one"]}
    await api.request("POST", "/keys", key="key-admin", json=body, headers={"X-Correlation-Id": call})
    [entry] = [entry for entry in (await audit(api))["items"] if entry["data"].get("name") == name]
    assert entry == {
        "id": entry["id"],
        "at": entry["at"],
        "type": "key_created",
        "actor": "key:admin",
        "address": "127.0.0.1",
        "correlation_id": call,
        "data": entry["data"],
    }
    assert entry["data"]["scripts"] == ["one"]
    assert "key" not in entry["data"]


async def test_pages_follow_each_other_without_gap_or_repetition(api: Api) -> None:
    actor = f"key:{secrets.token_hex(4)}"
    for number in range(5):
        event = Event(EventType.KEY_REVOKED, tenant="main", actor=actor, data={"name": str(number)})
        await Journal(api.database).record(event)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await audit(api, actor=actor, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [entry["data"]["name"] for entry in page["items"]]
        cursor = page["cursor"]
    assert seen == ["4", "3", "2", "1", "0"]


async def test_it_can_be_narrowed(api: Api) -> None:
    actor = f"key:{secrets.token_hex(4)}"
    for kind in (EventType.KEY_REVOKED, EventType.ORIGINS_CHANGED):
        await Journal(api.database).record(Event(kind, tenant="main", actor=actor))
    [entry] = (await audit(api, actor=actor, type="origins_changed"))["items"]
    assert (await audit(api, actor=actor, since=entry["at"]))["items"] == [entry]
    assert [one["type"] for one in (await audit(api, actor=actor, until=entry["at"]))["items"]] == ["key_revoked"]


async def test_what_happens_within_sessions_is_not_in_it(api: Api) -> None:
    session = (await api.start(await api.publish(Ask("hello")))).json()
    await api.request("POST", f"/sessions/{session['id']}/cancel", json={"reason": "private"})
    types = {entry["type"] for entry in (await audit(api, limit=500))["items"]}
    assert not {type_ for type_ in types if type_.startswith(("session", "answer"))}
    assert (await audit(api, type="answer_given"))["items"] == []


async def test_another_tenant_s_trail_is_its_own(api: Api) -> None:
    actor = f"key:{secrets.token_hex(4)}"
    journal = Journal(api.database)
    await journal.record(Event(EventType.KEY_REVOKED, tenant="main", actor=actor))
    await journal.record(Event(EventType.RELEASE_PUBLISHED, actor=actor))
    assert [entry["type"] for entry in (await audit(api, "key-admin-north", actor=actor))["items"]] == [
        "release_published"
    ]


async def test_a_question_that_cannot_be_right(api: Api) -> None:
    for query in ({"cursor": "x"}, {"limit": 0}, {"limit": 501}, {"type": "nothing"}, {"since": "yesterday"}):
        response = await api.request("GET", "/audit", key="key-admin", params=query)
        assert (response.status_code, problem(response)) == (422, "request-invalid")


async def test_failed_sign_ins_are_counted_not_written_one_by_one(api: Api) -> None:
    usage = Usage(Keys(api.database), Journal(api.database))
    reason = secrets.token_hex(4)
    for number in range(1000):
        usage.failed(reason, f"10.0.0.{number % 100}")
    usage.failed(reason, "10.0.0.7")
    usage.failed(reason, None)
    await usage.tell()
    await usage.tell()
    entries = [
        entry for entry in (await audit(api, type="sign_in_failed"))["items"] if entry["data"]["reason"] == reason
    ]
    assert [entry["data"]["count"] for entry in entries] == [1002]
    assert len(entries[0]["data"]["addresses"]) == 20
    assert entries[0]["data"]["addresses"]["10.0.0.7"] == 11


async def test_the_use_of_a_key_is_noted(api: Api) -> None:
    usage = Usage(Keys(api.database), Journal(api.database))
    name = f"k-{secrets.token_hex(4)}"
    await api.request("POST", "/keys", key="key-admin", json={"name": name, "roles": ["bot"]})

    async def last_used() -> object:
        keys = (await api.request("GET", "/keys", key="key-admin")).json()
        return next(key["last_used_at"] for key in keys if key["name"] == name)

    assert await last_used() is None
    usage.key_used(name)
    await usage.tell()
    assert await last_used() is not None


async def test_what_was_tried_in_vain_is_told_when_the_facade_stops(api: Api, database_url: str) -> None:
    address = f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.1"
    app = create_app(Settings(database_url=SecretStr(database_url)))
    transport = httpx.ASGITransport(app, client=(address, 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://facade/api/v1") as client,
    ):
        for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer a.b.c"}):
            assert (await client.get("/scripts", headers=header)).status_code == 401
    failed = (await audit(api, type="sign_in_failed"))["items"]
    ours = {entry["data"]["reason"] for entry in failed if address in entry["data"]["addresses"]}
    assert ours == {"nothing presented", "key not valid", "token not valid"}
