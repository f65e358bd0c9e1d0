"""Tenants: every endpoint that there is, called by another tenant about what belongs to the first one."""

import json
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from store.keys import Keys
from tests.fakes.scenario import Ask
from tests.player_api.access.operations import DOCUMENT, OPERATIONS
from tests.player_api.api import Api, Json, problem

OF_THE_INSTALLATION = {"functions", "drafts", "rollouts", "reach"}
"""Tags of what all tenants share: declarations, drafts, releases and rollouts."""
BY_TOKEN_IN_THE_ADDRESS = {"POST /callbacks/{system}/{token}"}
OWN = [
    name
    for name, operation in OPERATIONS.items()
    if not OF_THE_INSTALLATION & set(operation["tags"]) and name not in BY_TOKEN_IN_THE_ADDRESS
]
MAKES_ITS_OWN = {"PUT /webhooks/{name}"}
ABOUT_SOMETHING = [name for name in OWN if "{" in name and name not in MAKES_ITS_OWN]
BODIES: dict[str, Json] = {"POST /conversations/{conversation_id}/turns": {"text": "x"}}
"""Where the least that a schema asks for is too little."""
LISTS = [name for name in OWN if name.startswith("GET") and "{" not in name and name != "GET /events"]


@dataclass(frozen=True)
class Theirs:
    """What belongs to the tenant `main`, and whom nobody else should find it by."""

    ids: Json
    marks: tuple[str, ...]


@pytest.fixture
async def theirs(api: Api) -> Theirs:
    mark = secrets.token_hex(6)
    script = await api.publish(Ask("hello"))
    given = {"customer": f"customer-{mark}", "external_id": f"case-{mark}", "team": f"team_{mark}"}
    session = (await api.start(script, **given)).json()
    await api.request("POST", "/keys", key="key-admin", json={"name": f"key-{mark}", "roles": ["bot"]})
    webhook = {"url": f"https://crm.example/{mark}"}
    written = await api.request("PUT", f"/webhooks/key-{mark}", key="key-admin", json=webhook)
    assert written.status_code == 200
    erased = await api.request("POST", "/customers/erase", key="key-admin", json={"customer": f"x-{mark}"})
    path = f"/sessions/{session['id']}/handoff"
    await api.request("POST", path, json={"channel": "chat", "team": f"team_{mark}", "note": f"note-{mark}"})
    ids = {
        "session_id": session["id"],
        "conversation_id": session["id"],
        "field": "hello",
        "name": f"key-{mark}",
        "erasure_id": erased.json()["id"],
    }
    return Theirs(ids, (mark, session["id"]))


@pytest.fixture
async def keys(api: Api) -> list[str]:
    """A key for each role that walks or administers, of the tenant `north`."""
    named = {role: f"key-north-{role}" for role in ("operator", "bot", "embedder", "admin")}
    for role, key in named.items():
        await Keys(api.database).put(f"north-{role}", key, roles=[role], tenant="north")
    return list(named.values())


def example(schema: Json, ids: Json) -> Any:  # noqa: PLR0911  a case for each kind of schema
    """The least that a schema asks for."""
    if "$ref" in schema:
        return example(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]], ids)
    if "anyOf" in schema:
        return example(schema["anyOf"][0], ids)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            needed = schema.get("required", [])
            return {name: example(schema["properties"][name], ids) for name in needed}
        case "array":
            return [example(schema["items"], ids) for _ in range(schema.get("minItems", 0))]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "string" if schema.get("format") == "uuid":
            return ids["session_id"]
    return (schema.get("examples") or ["x"])[0]


def request(name: str, ids: Json) -> Json:
    method, _, path = name.partition(" ")
    operation = OPERATIONS[name]
    query = {
        parameter["name"]: example(parameter["schema"], ids)
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and parameter.get("required")
    }
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    made: Json = {"method": method, "path": path.format(**ids), "params": query}
    made["headers"] = {"Idempotency-Key": secrets.token_hex(8)}
    return made if body is None else made | {"json": BODIES.get(name) or example(body, ids)}


@pytest.mark.parametrize("name", ABOUT_SOMETHING)
async def test_what_another_tenant_has_does_not_exist(api: Api, theirs: Theirs, keys: list[str], name: str) -> None:
    answers = [await api.request(key=key, **request(name, theirs.ids)) for key in keys]
    assert {answer.status_code for answer in answers} <= {403, 404}
    missing = [answer for answer in answers if answer.status_code == 404]
    assert missing
    nowhere = request(name, {one: str(uuid4()) for one in theirs.ids})
    nothing = [await api.request(key=key, **nowhere) for key in keys]
    for answer, about_nothing in zip(answers, nothing, strict=True):
        assert problem(answer) == problem(about_nothing)
        assert theirs.marks[0] not in answer.text.replace(theirs.ids["name"], "")


@pytest.mark.parametrize("name", LISTS)
async def test_what_another_tenant_has_is_on_no_list(api: Api, theirs: Theirs, keys: list[str], name: str) -> None:
    for key in keys:
        answer = await api.request(key=key, **request(name, theirs.ids))
        assert answer.status_code in {200, 403}
        assert [mark for mark in theirs.marks if mark in answer.text] == []


async def test_what_has_the_same_name_in_two_tenants_is_two(api: Api, theirs: Theirs) -> None:
    path = f"/webhooks/{theirs.ids['name']}"
    own = {"url": "https://north.example"}
    await api.request("PUT", path, key="key-admin-north", json=own)
    seen = {key: (await api.request("GET", path, key=key)).json()["url"] for key in ("key-admin", "key-admin-north")}
    assert seen["key-admin"].endswith(theirs.marks[0])
    assert seen["key-admin-north"] == own["url"]


async def test_what_another_tenant_has_cannot_be_watched(api: Api, theirs: Theirs, keys: list[str]) -> None:
    for key in keys:
        answer = await api.request("GET", "/events", key=key, params={"session": theirs.ids["session_id"]})
        assert answer.status_code in {403, 404}


@pytest.mark.parametrize("name", [name for name in LISTS if name not in {"GET /origins", "GET /scripts"}])
async def test_its_own_tenant_finds_it(api: Api, theirs: Theirs, name: str) -> None:
    """Or else the tests above would look for nothing."""
    answer = await api.request(key="key-admin", **request(name, theirs.ids))
    assert theirs.marks[0] in json.dumps(answer.json())
