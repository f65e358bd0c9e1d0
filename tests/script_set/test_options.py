"""A select that searches for its choices, from the channel to the system and back."""

import secrets
from collections.abc import AsyncIterator

import httpx
import pytest

from stack.running import Running
from tests.script_set.walker import Json, Walker, keys, problem

ACCOUNT = "1000000001"


@pytest.fixture(scope="module")
async def function(stack: Running) -> AsyncIterator[str]:
    """A function that finds a customer by account number."""
    name = f"billing.find{secrets.token_hex(4)}"
    declaration = {
        "name": name,
        "title": {"ru": "Поиск", "en": "Search"},
        "system": "billing",
        "effect": "read",
        "inputs": [{"name": "q", "type": "string", "required": True}, {"name": "prefix", "type": "string"}],
        "call": {"http": {"method": "GET", "path": "/accounts/{q}/balance"}},
        "outputs": {"options": "[{label: response.customer.name, value: response.account}]"},
        "errors": [{"when": "status = 404", "bpmn_error": "NOT_FOUND"}],
        "cache": {"ttl": "60s", "scope": "global"},
    }
    headers = {"Authorization": f"Bearer {stack.credentials.api_keys.author}"}
    base_url = f"{stack.urls['facade']}/api/v1"
    async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=60, trust_env=False) as author:
        response = await author.put(f"/functions/{name}", json={"revision": 0, "declaration": declaration})
        assert response.status_code == 200, response.text
        # A try makes the worker take what was just written.
        tried = await author.post(f"/functions/{name}/try", json={"inputs": {"q": ACCOUNT}})
        assert tried.json()["outcome"] == "succeeded", tried.text
        yield name


async def _asking(walker: Walker, function: str) -> Json:
    script = f"odd_{secrets.token_hex(6)}"
    fields: list[Json] = [
        {"type": "select", "key": "account", "properties": {"optionsFunction": function}},
        {"type": "select", "key": "fixed", "values": [{"label": "a", "value": "a"}]},
    ]
    await walker.deploy(script, walker.asking(script, fields))
    return await walker.start(script)


async def _search(walker: Walker, session: Json, field: str, q: str, **rest: str) -> httpx.Response:
    return await walker.api.get(f"/sessions/{session['id']}/options/{field}", params={"q": q, **rest})


async def test_choices_are_found_by_what_was_typed_and_can_then_be_answered(walker: Walker, function: str) -> None:
    session = await _asking(walker, function)
    refused = await walker.submit(session, {"account": ACCOUNT})
    assert problem(refused) == (422, "answers-invalid")
    assert refused.json()["errors"] == {"account": ["Такого варианта нет."]}
    found = await _search(walker, session, "account", ACCOUNT, step=session["step"]["id"])
    assert found.status_code == 200, found.text
    assert [option["value"] for option in found.json()] == [ACCOUNT]
    assert set(found.json()[0]) == {"label", "value"}
    assert keys(await walker.answer(session, {"account": ACCOUNT})) == ["next"]


async def test_what_was_offered_in_one_session_is_not_offered_in_another(walker: Walker, function: str) -> None:
    sessions = [await _asking(walker, function) for _ in range(2)]
    await _search(walker, sessions[0], "account", ACCOUNT)
    assert problem(await walker.submit(sessions[1], {"account": ACCOUNT})) == (422, "answers-invalid")


@pytest.mark.parametrize(
    ("field", "q", "rest", "expected"),
    [
        ("fixed", "a", {}, (404, "options-unknown")),
        ("none", "a", {}, (404, "options-unknown")),
        ("account", "1000000000", {}, (502, "options-failed")),
        ("account", "../../x", {}, (502, "options-failed")),
        ("account", ACCOUNT, {"step": "gone"}, (409, "step-changed")),
        ("account", "x" * 201, {}, (422, "request-invalid")),
    ],
)
async def test_what_can_not_be_searched_is_said(
    walker: Walker, function: str, field: str, q: str, rest: dict[str, str], expected: tuple[int, str]
) -> None:
    session = await _asking(walker, function)
    assert problem(await _search(walker, session, field, q, **rest)) == expected
    await walker.cancel(session)
    assert problem(await _search(walker, session, "account", ACCOUNT)) == (410, "session-ended")


async def test_a_function_that_nobody_declares_finds_nothing(walker: Walker) -> None:
    session = await _asking(walker, "crm.none")
    assert problem(await _search(walker, session, "account", "a")) == (502, "options-failed")


async def test_in_a_conversation_choices_are_found_by_what_is_said(walker: Walker, function: str) -> None:
    script = f"odd_{secrets.token_hex(6)}"
    account = {"type": "select", "key": "account", "label": "Счёт", "properties": {"optionsFunction": function}}
    await walker.deploy(script, walker.asking(script, [account, {"type": "checkbox", "key": "sure", "label": "Верно"}]))
    started = await walker.api.post("/conversations", json={"script": script, "channel": "bot"}, params={"wait": 20})
    turn = started.json()
    assert turn["expects"] == "text"
    path = f"/conversations/{turn['session']}"
    turn = (await walker.api.post(f"{path}/turns", json={"text": ACCOUNT}, params={"wait": 20})).json()
    assert turn["field"] == "sure", turn
    session = (await walker.api.get(f"/sessions/{turn['session']}")).json()
    assert session["step"]["input"]["answers"] == {"account": ACCOUNT}
    turn = (await walker.api.post(f"{path}/turns", json={"text": "да"}, params={"wait": 20})).json()
    assert turn["step"] == "next" or turn["state"] == "ended", turn
