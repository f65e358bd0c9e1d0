"""A person answers in place of a system that is down."""

import json
import secrets

import pytest

from tests.fakes.scenario import Ask, CallFunction
from tests.player_api.api import Api, Json, problem

FORM = {
    "id": "manual_balance",
    "components": [{"type": "number", "key": "balance", "decimalDigits": 0, "validate": {"required": True}}],
}


@pytest.fixture
async def function(api: Api) -> str:
    """A function whose answer may be entered by hand."""
    name = f"billing.m{secrets.token_hex(4)}"
    declaration = {
        "name": name,
        "title": {"ru": "Баланс", "en": "Balance"},
        "system": "billing",
        "effect": "read",
        "call": {"http": {"method": "GET", "path": "/balance"}},
        "outputs": {"balance": "response.balance"},
        "fallback": {"manual": "manual_balance.form"},
    }
    body = {"revision": 0, "declaration": declaration}
    assert (await api.request("PUT", f"/functions/{name}", key="key-author", json=body)).status_code == 200
    return name


async def _failed(api: Api, function: str, **body: str) -> Json:
    files = {"manual_balance.form": json.dumps(FORM).encode()}
    script = await api.publish(CallFunction(function), Ask("say"), files=files)
    session = (await api.start(script, **body)).json()
    await api.fail(function, "billing can't be reached")
    failed: Json = (await api.request("GET", f"/sessions/{session['id']}")).json()
    return failed


async def test_a_failed_function_becomes_a_step_and_its_answer_goes_on(api: Api, function: str) -> None:
    failed = await _failed(api, function)
    assert (failed["state"], failed["actions"]) == ("active", ["next", "retry", "cancel", "handoff"])
    assert failed["step"]["name"] == "Баланс: ввод вручную"
    assert failed["step"]["form"]["components"] == FORM["components"]
    assert failed["waiting"][0]["error"] == "billing can't be reached"
    answered = await api.submit(failed, {"balance": -12550, "not_an_output": 1})
    assert answered.json()["step"]["key"] == "say"
    [instance] = api.fake.instances.instances
    assert {name: value["value"] for name, value in instance.variables.items()}["balance"] == -12550
    history = (await api.request("GET", f"/sessions/{failed['id']}/history")).json()
    assert history[-1]["data"]["answers"] == {"balance": -12550}


async def test_it_speaks_the_language_of_the_session(api: Api, function: str) -> None:
    assert (await _failed(api, function, locale="en"))["step"]["name"] == "Balance: manual entry"


@pytest.mark.parametrize("answers", [{}, {"balance": 1.5}, {"balance": "много"}])
async def test_an_answer_that_does_not_fit_is_refused(api: Api, function: str, answers: Json) -> None:
    response = await api.submit(await _failed(api, function), answers)
    assert (response.status_code, problem(response)) == (422, "answers-invalid")


async def test_while_a_worker_tries_again_nothing_is_entered(api: Api, function: str) -> None:
    failed = await _failed(api, function)
    await api.request("POST", f"/sessions/{failed['id']}/retry", params={"wait": 0})
    response = await api.submit(failed, {"balance": 1})
    assert (response.status_code, problem(response)) == (409, "step-changed")


async def test_a_function_without_a_form_in_the_release_can_only_be_retried(api: Api, function: str) -> None:
    script = await api.publish(CallFunction(function), Ask("say"))
    session = (await api.start(script)).json()
    await api.fail(function, "billing can't be reached")
    failed = (await api.request("GET", f"/sessions/{session['id']}")).json()
    assert (failed["state"], failed["step"], failed["actions"]) == ("failed", None, ["retry", "cancel", "handoff"])
