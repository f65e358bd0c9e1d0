import secrets
from typing import Any

import pytest

from tests.player_api.api import Api, problem

Json = dict[str, Any]


def _function(name: str) -> Json:
    return {
        "name": name,
        "title": {"ru": "Тариф", "en": "Tariff"},
        "system": "billing",
        "effect": "read",
        "inputs": [{"name": "account", "type": "string", "required": True, "pii": True}],
        "call": {"http": {"method": "GET", "path": "/accounts/{account}"}},
        "outputs": {"tariff": "response.tariff"},
        "errors": [{"when": "status = 404", "bpmn_error": "ACCOUNT_NOT_FOUND"}],
    }


@pytest.fixture
def name() -> str:
    return f"billing.f{secrets.token_hex(4)}"


async def _put(api: Api, path: str, revision: int, declaration: object, key: str = "key-author") -> Any:
    return await api.request("PUT", path, key=key, json={"revision": revision, "declaration": declaration})


async def test_shipped_functions_are_listed_and_read(api: Api) -> None:
    listed = {item["name"]: item for item in (await api.request("GET", "/functions", key="key-author")).json()}
    assert listed["billing.get_balance"]["system"] == "billing"
    assert listed["billing.get_balance"]["title"]["ru"]
    read = (await api.request("GET", "/functions/billing.get_balance", key="key-author")).json()
    assert (read["revision"], read["revisions"]) == (0, [])
    assert read["declaration"]["call"]["http"]["path"].startswith("/accounts/")


async def test_a_new_function_gets_its_first_revision_and_the_next_ones(api: Api, name: str) -> None:
    first = await _put(api, f"/functions/{name}", 0, _function(name))
    assert (first.status_code, first.json()["revision"]) == (200, 1)
    changed = _function(name) | {"deadline": "3s"}
    second = (await _put(api, f"/functions/{name}", 1, changed)).json()
    assert second["declaration"]["deadline"] == "3s"
    assert [item["number"] for item in second["revisions"]] == [2, 1]
    assert second["revisions"][0]["digest"] != second["revisions"][1]["digest"]
    assert second["revisions"][0]["created_by"] == "key:author"


async def test_what_was_read_can_be_written_back(api: Api, name: str) -> None:
    written = (await _put(api, f"/functions/{name}", 0, _function(name))).json()
    again = (await _put(api, f"/functions/{name}", 1, written["declaration"])).json()
    assert again["digest"] == written["digest"]


async def test_a_change_of_a_revision_that_is_no_longer_in_force_is_refused(api: Api, name: str) -> None:
    await _put(api, f"/functions/{name}", 0, _function(name))
    response = await _put(api, f"/functions/{name}", 0, _function(name))
    assert (response.status_code, problem(response)) == (409, "revision-changed")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"system": "nowhere"}, "there is no sound system nowhere"),
        ({"deadline": "soon"}, "a duration is a number with a unit"),
        ({"typo": 1}, "there is no such field"),
        ({"outputs": {"tariff": "response."}}, "outputs.tariff"),
        ({"invalidates": ["billing.nothing"]}, "there is no function billing.nothing"),
        ({"name": "billing.another"}, "belongs in"),
    ],
)
async def test_mistakes_are_said_with_their_line_and_nothing_is_stored(
    api: Api, name: str, change: Json, said: str
) -> None:
    response = await _put(api, f"/functions/{name}", 0, _function(name) | change)
    assert (response.status_code, problem(response)) == (422, "declaration-invalid")
    findings = response.json()["findings"]
    assert any(said in finding["sentence"] for finding in findings)
    assert all(finding["line"] >= 1 and finding["file"] == f"{name}.yaml" for finding in findings)
    missing = await api.request("GET", f"/functions/{name}", key="key-author")
    assert (missing.status_code, problem(missing)) == (404, "declaration-unknown")


async def test_systems_are_written_by_administrators_alone(api: Api) -> None:
    name = f"s{secrets.token_hex(4)}"
    system = {"name": name, "title": {"ru": "Склад"}, "url": "http://127.0.0.1:9"}
    refused = await _put(api, f"/systems/{name}", 0, system)
    assert (refused.status_code, problem(refused)) == (403, "forbidden")
    written = await _put(api, f"/systems/{name}", 0, system, key="key-admin")
    assert (written.status_code, written.json()["revision"]) == (200, 1)
    assert name in {item["name"] for item in (await api.request("GET", "/systems", key="key-author")).json()}


async def test_a_secret_in_a_declaration_is_refused_and_not_repeated(api: Api) -> None:
    name = f"s{secrets.token_hex(4)}"
    system = {"name": name, "title": {"ru": "Склад"}, "credentials": {"bearer": "hunter2"}}
    response = await _put(api, f"/systems/{name}", 0, system, key="key-admin")
    assert response.status_code == 422
    assert "hunter2" not in response.text


@pytest.mark.parametrize("bad", ["../etc/passwd", "Billing.X", "billing..x", "a b", "x" * 200])
async def test_a_name_that_is_none_is_refused(api: Api, bad: str) -> None:
    response = await api.request("GET", f"/functions/{bad}", key="key-author")
    assert response.status_code in {404, 422}


async def test_uses_of_a_function_nobody_calls_are_none(api: Api) -> None:
    response = await api.request("GET", "/functions/billing.get_balance/uses", key="key-author")
    assert (response.status_code, response.json()) == (200, [])


@pytest.mark.parametrize(("language", "title"), [(None, "Тариф"), ("ru", "Тариф"), ("en", "Tariff")])
async def test_a_function_that_was_written_is_offered_to_modelers(
    api: Api, name: str, language: str | None, title: str
) -> None:
    await _put(api, f"/functions/{name}", 0, _function(name))
    query = f"?language={language}" if language else ""
    answer = await api.request("GET", f"/element-templates{query}", key="key-author")
    found = {template["id"]: template["name"] for template in answer.json()}
    assert found[f"script-manager.{name}"] == title
    assert "script-manager.billing.get_balance" in found


async def test_element_templates_are_for_authors_in_a_language_there_is(api: Api) -> None:
    assert problem(await api.request("GET", "/element-templates?language=de", key="key-author")) == "request-invalid"
    assert problem(await api.request("GET", "/element-templates")) == "forbidden"
