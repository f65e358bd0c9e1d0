"""The same thing said twice happens once."""

import asyncio
from uuid import uuid4

from engine import Engine
from tests.acceptance.billing import Billing
from tests.acceptance.operator import SCRIPT, Operator

ACCOUNT = "1000000001"
TO_THE_OFFER = ({"account": ACCOUNT}, {"agreement": "yes"})
CHOICE = {"offer": "sum_1000", "consent": True}


async def test_a_start_sent_twice_is_one_session(operator: Operator, engine: Engine) -> None:
    request = {"script": SCRIPT, "channel": "crm"}
    headers = {"Idempotency-Key": uuid4().hex}
    first, second = [await operator.api.post("/sessions", json=request, headers=headers) for _ in range(2)]
    assert first.json() == second.json()
    assert len(await engine.processes.find(first.json()["id"])) == 1


async def test_a_step_sent_twice_gets_the_same_answer(operator: Operator, billing: Billing) -> None:
    key, call = uuid4().hex, f"twice-{uuid4().hex}"
    session = await operator.start(correlation_id=call)
    first, second = [await operator.submit(session, {"account": ACCOUNT}, key=key) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert [made["function"] for made in await billing.calls(correlation_id=call)] == ["billing.get_balance"]


async def test_a_promise_that_several_ask_for_at_once_is_made_once(operator: Operator, billing: Billing) -> None:
    session = await operator.until("choose_offer", *TO_THE_OFFER)
    responses = await asyncio.gather(*(operator.submit(session, CHOICE) for _ in range(6)))
    assert sorted(response.status_code for response in responses) == [200, 409, 409, 409, 409, 409]
    assert (await operator.read(session))["step"]["key"] == "tell_promise"
    assert len(await billing.promises(ACCOUNT)) == 1


async def test_a_promise_whose_request_is_sent_several_times_at_once_is_made_once(
    operator: Operator, billing: Billing
) -> None:
    session = await operator.until("choose_offer", *TO_THE_OFFER)
    key = uuid4().hex
    responses = await asyncio.gather(*(operator.submit(session, CHOICE, key=key) for _ in range(6)))
    answered = [response for response in responses if response.status_code == 200]
    assert answered
    for response in responses:
        if response not in answered:
            assert response.status_code == 409
            assert int(response.headers["Retry-After"]) > 0
    again = await operator.submit(session, CHOICE, key=key)
    assert again.json() == answered[0].json()
    assert again.json()["step"]["key"] == "tell_promise"
    assert len(await billing.promises(ACCOUNT)) == 1


async def test_an_answer_to_a_step_that_is_over_changes_nothing(operator: Operator, billing: Billing) -> None:
    first = await operator.start()
    second = await operator.answer(first, {"account": ACCOUNT})
    response = await operator.submit(first, {"account": "1000000002"})
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (409, "step-changed")
    assert (await operator.read(second))["step"] == second["step"]
