"""A person answers in place of a system that is down."""

import json
import secrets
from datetime import timedelta
from typing import Any

import httpx
import pytest

from engine import Engine, EngineSettings, LockLost, NotFound, TopicRequest
from tests.fakes.engine import URL
from tests.fakes.scenario import Ask, CallFunction
from tests.player_api.api import Api, Json, problem

FORM = {
    "id": "manual_balance",
    "components": [{"type": "number", "key": "balance", "decimalDigits": 0, "validate": {"required": True}}],
}
FILES = {"manual_balance.form": json.dumps(FORM).encode()}


async def _declare(api: Api, **other: object) -> str:
    name = f"billing.m{secrets.token_hex(4)}"
    declaration: Json = {
        "name": name,
        "title": {"ru": "Баланс", "en": "Balance"},
        "system": "billing",
        "effect": "read",
        "call": {"http": {"method": "GET", "path": "/balance"}},
        "outputs": {"balance": "response.balance"},
        "fallback": {"manual": "manual_balance.form"},
        **other,
    }
    body = {"revision": 0, "declaration": declaration}
    assert (await api.request("PUT", f"/functions/{name}", key="key-author", json=body)).status_code == 200
    return name


@pytest.fixture
async def function(api: Api) -> str:
    """A function whose answer may be entered by hand."""
    return await _declare(api)


async def _working(api: Api, function: str, *, files: dict[str, bytes] | None = None, **body: Any) -> Json:
    script = await api.publish(CallFunction(function), Ask("say"), files=FILES if files is None else files)
    working: Json = (await api.start(script, **body)).json()
    assert working["state"] == "working"
    return working


async def _manual(api: Api, session: Json, **rest: str) -> httpx.Response:
    return await api.request("POST", f"/sessions/{session['id']}/manual", params={"wait": 0}, **rest)


async def _failed(api: Api, function: str, **body: Any) -> Json:
    session = await _working(api, function, **body)
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


@pytest.mark.parametrize(("locale", "title", "system"), [("ru", "Баланс", "Биллинг"), ("en-GB", "Balance", "Billing")])
async def test_what_is_waited_for_has_its_title_and_its_system(
    api: Api, function: str, locale: str, title: str, system: str
) -> None:
    [waiting] = (await _working(api, function, locale=locale))["waiting"]
    assert (waiting["function"], waiting["title"]) == (function, title)
    assert (waiting["system"], waiting["system_title"], waiting["error"]) == ("billing", system, None)


async def test_what_nobody_declares_has_no_title(api: Api) -> None:
    [waiting] = (await _working(api, f"billing.u{secrets.token_hex(4)}"))["waiting"]
    assert (waiting["title"], waiting["system"], waiting["manual"]) == (None, None, False)


async def test_a_function_that_runs_gives_way_and_its_late_answer_counts_no_more(api: Api, function: str) -> None:
    working = await _working(api, function)
    assert (working["actions"], working["waiting"][0]["manual"]) == (["manual", "cancel", "handoff"], True)
    async with Engine(EngineSettings(URL), httpx.ASGITransport(api.fake)) as engine:
        asked, soon = TopicRequest(function, timedelta(seconds=30)), timedelta(seconds=5)
        [task] = await engine.external_tasks.fetch_and_lock("worker", [asked], max_tasks=1, long_poll=soon)
        shown = (await _manual(api, working)).json()
        assert (shown["state"], shown["step"]["name"]) == ("active", "Баланс: ввод вручную")
        assert (shown["step"]["name_en"], shown["waiting"][0]["error"]) == (
            "Balance: manual entry",
            "it was stopped by hand",
        )
        with pytest.raises(LockLost):
            await engine.external_tasks.complete(task, {"balance": 1})
        assert (await _manual(api, working)).json()["step"] == shown["step"]
        assert (await api.submit(shown, {"balance": 2})).json()["step"]["key"] == "say"
        with pytest.raises(NotFound):
            await engine.external_tasks.complete(task, {"balance": 3})
    [instance] = api.fake.instances.instances
    assert instance.variables["balance"]["value"] == 2
    history = (await api.request("GET", f"/sessions/{working['id']}/history")).json()
    assert [event["data"] for event in history if event["type"] == "manual_chosen"] == [
        {"functions": [function], "channel": "crm"}
    ]


async def test_who_has_given_it_up_may_let_the_system_try_again(api: Api, function: str) -> None:
    working = await _working(api, function)
    assert (await _manual(api, working)).json()["step"]["actions"] == ["next", "retry", "cancel", "handoff"]
    retried = await api.request("POST", f"/sessions/{working['id']}/retry", params={"wait": 0})
    assert (retried.json()["state"], retried.json()["step"]) == ("working", None)
    await api.work(function, working, {"balance": 1})
    assert (await api.request("GET", f"/sessions/{working['id']}")).json()["step"]["key"] == "say"


@pytest.mark.parametrize(
    ("declared", "files"),
    [
        ({"effect": "irreversible", "idempotency_header": "Idempotency-Key"}, FILES),
        ({"fallback": {"value": {"balance": 0}}}, FILES),
        ({}, {}),
        ({}, {"manual_balance.form": b'{"components": [{"type": "of another world"}]}'}),
    ],
)
async def test_what_can_not_be_answered_by_hand_goes_on(api: Api, declared: Json, files: dict[str, bytes]) -> None:
    function = await _declare(api, **declared)
    working = await _working(api, function, files=files)
    assert working["actions"] == ["cancel", "handoff"]
    response = await _manual(api, working)
    assert (response.status_code, problem(response)) == (409, "not-manual")
    await api.work(function, working, {"balance": 1})
    assert (await api.request("GET", f"/sessions/{working['id']}")).json()["step"]["key"] == "say"


async def test_at_a_step_nothing_gives_way(api: Api) -> None:
    session = (await api.start(await api.publish(Ask("say")))).json()
    response = await _manual(api, session)
    assert (response.status_code, problem(response)) == (409, "not-manual")


async def test_who_works_on_the_session_chooses(api: Api, function: str) -> None:
    working = await _working(api, function)
    response = await _manual(api, working, key="key-bot")
    assert (response.status_code, problem(response)) == (409, "lease-taken")
    assert (await api.request("GET", f"/sessions/{working['id']}")).json()["state"] == "working"
