"""The shipped script, walked to every end on a real engine, with real functions and billing behind them."""

import json
from uuid import uuid4

import httpx
import pytest

from engine import Engine, InstanceState
from tests.acceptance.billing import Billing
from tests.acceptance.cases import CASES, Case
from tests.acceptance.operator import Json, Operator


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_every_case_ends_where_its_author_says(
    operator: Operator, billing: Billing, engine: Engine, case: Case
) -> None:
    promises_before = await billing.promises(case.account)
    call = f"case-{uuid4().hex}"
    session = await operator.start(correlation_id=call)
    for step, given in case.answers:
        assert session["step"]["key"] == step
        session = await operator.answer(session, given)

    assert (session["state"], session["result"]["end"]) == ("ended", case.end)
    assert session["result"]["variables"]["outcome"] == case.outcome
    assert await operator.read(session) == session
    instance = await engine.history.instance(session["id"])
    assert instance is not None
    assert (instance.state, instance.ended is not None) == (InstanceState.COMPLETED, True)
    assert await engine.history.end_event(instance.id) == case.end

    new_promises = len(await billing.promises(case.account)) - len(promises_before)
    assert new_promises == (1 if case.outcome == "promised" else 0)
    await _check_journal(operator, billing, session, case, call)


async def _check_journal(operator: Operator, billing: Billing, session: Json, case: Case, call: str) -> None:
    """The journal tells the whole walk; what it says was called is what reached billing, under the call's own id."""
    reached = [made["function"] for made in await billing.calls(correlation_id=call)]
    assert reached
    called = await operator.functions_called(session, len(reached))
    assert sorted(event["function"] for event in called if event["source"] == "call") == sorted(reached)
    events = await operator.history(session)
    assert (events[0]["type"], events[-1]["type"]) == ("session_started", "session_ended")
    answered = [(event["data"]["key"], event["actor"]) for event in events if event["type"] == "answer_given"]
    assert answered == [(step, "key:operator") for step, _ in case.answers]


async def test_the_promise_is_what_was_chosen(operator: Operator, billing: Billing) -> None:
    account = "1000000001"
    await operator.until(
        "tell_promise", {"account": account}, {"agreement": "yes"}, {"offer": "sum_1000", "consent": True}
    )
    [promise] = await billing.promises(account)
    assert (promise["amount"]["amount"], promise["days"]) == (100_000, 7)


async def test_the_script_is_offered_to_who_may_start_it(operator: Operator) -> None:
    scripts = (await operator.api.get("/scripts")).json()
    assert {script["key"]: script["title"] for script in scripts}["promised_payment"] == "Обещанный платёж"


async def test_what_the_operator_hears_is_in_the_form(operator: Operator, billing: Billing) -> None:
    session = await operator.until("tell_debt", {"account": "1000000001"})
    assert session["step"]["name"] == "Долг и предложение"
    assert session["step"]["data"]["debt_text"] == "125,50\N{NO-BREAK SPACE}₽"
    assert "{{debt_text}}" in json.dumps(session["step"]["form"], ensure_ascii=False)


async def test_the_documentation_of_the_api_is_served(anyone: httpx.AsyncClient) -> None:
    root = anyone.base_url.copy_with(path="/")
    assert "swagger-ui" in (await anyone.get(root.join("docs"))).text
    assert (await anyone.get(root.join("openapi.json"))).json()["info"]["title"] == "Script Manager"
