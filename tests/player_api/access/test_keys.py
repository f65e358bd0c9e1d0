import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.keys import Keys
from tests.fakes.scenario import Ask
from tests.player_api.api import Api, Json, problem


async def made(api: Api, **wanted: Any) -> Json:
    body = {"name": f"k-{secrets.token_hex(4)}", "roles": ["operator"], **wanted}
    response = await api.request("POST", "/keys", key="key-admin", json=body)
    assert response.status_code == 201
    key: Json = response.json()
    return key


async def status(api: Api, key: str, path: str = "/scripts") -> int:
    return (await api.request("GET", path, key=key)).status_code


async def rotated(api: Api, name: str, minutes: int) -> Json:
    path = f"/keys/{name}/rotate"
    response = await api.request("POST", path, key="key-admin", json={"overlap_minutes": minutes})
    assert response.status_code == 201
    key: Json = response.json()
    return key


async def listed(api: Api, name: str, key: str = "key-admin") -> Json | None:
    keys: list[Json] = (await api.request("GET", "/keys", key=key)).json()
    return next((key for key in keys if key["name"] == name), None)


async def test_a_key_that_was_made_is_good_and_is_never_shown_again(api: Api) -> None:
    key = await made(api, roles=["bot", "analyst"], channels=["chat"], requests_a_minute=100)
    assert await status(api, key["key"]) == 200
    assert await status(api, key["key"], "/functions") == 200
    seen = await listed(api, key["name"])
    assert seen is not None
    assert (seen["roles"], seen["channels"], seen["scripts"]) == (["analyst", "bot"], ["chat"], None)
    assert (seen["created_by"], seen["requests_a_minute"], seen["former_until"]) == ("key:admin", 100, None)
    everything = await api.database.fetch_all("SELECT data::text AS whole FROM journal")
    shown = json.dumps((await api.request("GET", "/keys", key="key-admin")).json())
    assert not [text for text in [shown, *(row["whole"] for row in everything)] if key["key"] in text]


async def test_a_name_in_use_is_refused_and_its_key_stays(api: Api) -> None:
    key = await made(api)
    body = {"name": key["name"], "roles": ["admin"]}
    for administrator in ("key-admin", "key-admin-north"):
        response = await api.request("POST", "/keys", key=administrator, json=body)
        assert (response.status_code, problem(response)) == (409, "key-exists")
    assert await status(api, key["key"]) == 200


async def test_a_rotated_key_is_good_beside_the_new_one(api: Api) -> None:
    key = await made(api)
    new = await rotated(api, key["name"], 60)
    assert [await status(api, one["key"]) for one in (key, new)] == [200, 200]
    assert (await listed(api, key["name"]) or {})["former_until"] == new["former_until"]


async def test_a_rotation_whose_answer_got_lost_stops_nobody(api: Api) -> None:
    key = await made(api)
    await rotated(api, key["name"], 60)
    again = await rotated(api, key["name"], 60)
    assert [await status(api, one["key"]) for one in (key, again)] == [200, 200]


async def test_after_its_time_a_former_key_is_nothing(api: Api) -> None:
    key = await made(api)
    new = await rotated(api, key["name"], 0)
    assert [await status(api, one["key"]) for one in (key, new)] == [401, 200]


async def test_importing_a_key_again_does_not_undo_its_rotation(api: Api) -> None:
    name, imported = f"k-{secrets.token_hex(4)}", secrets.token_urlsafe()
    await Keys(api.database).put(name, imported, roles=["operator"], tenant="main")
    new = await rotated(api, name, 0)
    await Keys(api.database).put(name, imported, roles=["operator"], tenant="main")
    assert [await status(api, one) for one in (imported, new["key"])] == [401, 200]


async def test_a_revoked_key_and_its_former_one_are_nothing_and_the_name_is_free(api: Api) -> None:
    key = await made(api)
    new = await rotated(api, key["name"], 60)
    path = f"/keys/{key['name']}"
    assert (await api.request("DELETE", path, key="key-admin")).status_code == 204
    assert [await status(api, one["key"]) for one in (key, new)] == [401, 401]
    assert await listed(api, key["name"]) is None
    for request in (("DELETE", path), ("POST", f"{path}/rotate")):
        response = await api.request(*request, key="key-admin", json={})
        assert (response.status_code, problem(response)) == (404, "key-unknown")
    again = await made(api, name=key["name"])
    assert [await status(api, one["key"]) for one in (key, new, again)] == [401, 401, 200]


async def test_a_key_ends_when_it_was_to_end(api: Api) -> None:
    moment = datetime.now(UTC)
    over = await made(api, expires_at=(moment - timedelta(seconds=1)).isoformat())
    good = await made(api, expires_at=(moment + timedelta(hours=1)).isoformat())
    assert [await status(api, one["key"]) for one in (over, good)] == [401, 200]


async def test_keys_of_another_tenant_do_not_exist(api: Api) -> None:
    key = await made(api)
    assert await listed(api, key["name"], "key-admin-north") is None
    for method, path in (("DELETE", f"/keys/{key['name']}"), ("POST", f"/keys/{key['name']}/rotate")):
        response = await api.request(method, path, key="key-admin-north", json={})
        assert (response.status_code, problem(response)) == (404, "key-unknown")
    assert await status(api, key["key"]) == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": []},
        {"roles": ["root"]},
        {"name": ""},
        {"name": "two words"},
        {"name": "../x"},
        {"expires_at": "2030-01-01T00:00:00"},
        {"requests_a_minute": 0},
        {"scripts": [""]},
        {"tenant": "north"},
        {"key": "chosen"},
    ],
)
async def test_a_key_that_cannot_be_right(api: Api, wrong: dict[str, Any]) -> None:
    body = {"name": "fine", "roles": ["bot"], **wrong}
    response = await api.request("POST", "/keys", key="key-admin", json=body)
    assert (response.status_code, problem(response)) == (422, "request-invalid")


LIMITS = ["scripts", "channels", "teams"]


@pytest.mark.parametrize("limit", LIMITS)
async def test_what_a_key_is_limited_to(api: Api, limit: str) -> None:
    mine, others = await api.publish(Ask("hello")), await api.publish(Ask("hello"))
    within = {"script": mine, "channel": "crm", "team": "a"}
    outside = {"scripts": {"script": others}, "channels": {"channel": "chat"}, "teams": {"team": "b"}}[limit]
    only = {"scripts": [mine], "channels": ["crm"], "teams": ["a"]}[limit]
    key = (await made(api, **{limit: only}))["key"]

    async def start(key: str, **body: Any) -> Json:
        response = await api.request("POST", "/sessions", key=key, json=within | body)
        return {"status": response.status_code, **response.json()}

    own = await start(key)
    assert own["status"] == 201
    refused = await start(key, **outside)
    assert (refused["status"], refused["type"].rpartition(":")[2]) == (403, "forbidden")

    foreign = await start("key-operator", **outside)
    for path in (f"/sessions/{foreign['id']}", f"/sessions/{foreign['id']}/history"):
        response = await api.request("GET", path, key=key)
        assert (response.status_code, problem(response)) == (404, "session-not-found")
    cancelled = await api.request("POST", f"/sessions/{foreign['id']}/cancel", key=key, json={"reason": "mine"})
    assert (cancelled.status_code, problem(cancelled)) == (404, "session-not-found")
    assert await status(api, key, f"/sessions/{own['id']}") == 200


async def test_scripts_outside_its_limits_are_not_listed(api: Api) -> None:
    mine, others = await api.publish(Ask("hello")), await api.publish(Ask("hello"))
    key = (await made(api, scripts=[mine]))["key"]
    assert [script["key"] for script in (await api.request("GET", "/scripts", key=key)).json()] == [mine]
    everything = {script["key"] for script in (await api.request("GET", "/scripts")).json()}
    assert {mine, others} <= everything


async def test_a_token_is_limited_like_the_key_that_asked_for_it(api: Api) -> None:
    script = await api.publish(Ask("hello"))
    origin = "https://limited.example"
    await api.request("PUT", "/origins", key="key-admin-north", json={"origins": [origin]})
    body = {"name": f"k-{secrets.token_hex(4)}", "roles": ["embedder"], "teams": ["a", "b"], "channels": ["crm"]}
    embedder = (await api.request("POST", "/keys", key="key-admin-north", json=body)).json()["key"]

    async def token(**wanted: Any) -> Any:
        return await api.request(
            "POST", "/embed-tokens", key=embedder, json={"operator": "anna", "origin": origin, **wanted}
        )

    foreign = await token(teams=["a", "c"])
    assert (foreign.status_code, problem(foreign)) == (403, "forbidden")
    page = (await token(teams=["a"])).json()["token"]
    for session, expected in (
        ({"channel": "crm", "team": "a"}, 201),
        ({"channel": "crm", "team": "b"}, 403),
        ({"channel": "chat", "team": "a"}, 403),
    ):
        response = await api.request("POST", "/sessions", key=page, json={"script": script, **session})
        assert response.status_code == expected
