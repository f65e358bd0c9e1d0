"""Billing on its bad days: the operator is told, and goes on when it is well again.

Every test ends with a call that succeeds: after five failures in a row billing is not called for ten seconds.
"""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.billing import Billing
from tests.acceptance.operator import Json, Operator
from tests.eventually import eventually

DEBTOR = "1000000001"
CHOICE = {"offer": "sum_1000", "consent": True}


async def test_while_billing_is_slow_the_session_says_what_it_waits_for(operator: Operator, billing: Billing) -> None:
    session = await operator.start()
    await billing.behave(latency_ms={"fixed": 1000})
    response = await operator.submit(session, {"account": DEBTOR}, wait=0)
    assert response.status_code == 202
    working = response.json()
    assert (working["state"], working["step"]) == ("working", None)
    assert [waiting["function"] for waiting in working["waiting"]] == ["billing.get_balance"]
    assert (await operator.read(session, wait=20))["step"]["key"] == "tell_debt"


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param({"down": True}, id="down"),
        pytest.param({"hang": True}, id="silent"),
        pytest.param({"latency_ms": {"fixed": 2500}}, id="too slow"),
        pytest.param({"error_rate": 1, "status": 500}, id="500"),
        pytest.param({"error_rate": 1, "status": 503}, id="503"),
        pytest.param({"garbage": True}, id="garbage"),
    ],
)
async def test_what_billing_could_not_do_is_retried_when_it_can(
    operator: Operator, billing: Billing, faults: dict[str, Any]
) -> None:
    session = await operator.start()
    await billing.behave(**faults)
    failed = (await operator.submit(session, {"account": DEBTOR})).json()
    assert failed["state"] == "failed"
    [waiting] = failed["waiting"]
    assert (waiting["function"], bool(waiting["error"])) == ("billing.get_balance", True)
    assert DEBTOR not in waiting["error"]
    assert {"retry", "cancel"} <= set(failed["actions"])

    await billing.behave()
    step = (await operator.retry(session))["step"]
    assert (step["key"], step["data"]["customer_name"]) == ("tell_debt", "Анна Сергеевна")
    outcomes = [event["outcome"] for event in await operator.functions_called(session, 2)]
    assert outcomes == ["failed", "succeeded"]


async def test_what_has_failed_can_be_retried_in_vain_and_cancelled(operator: Operator, billing: Billing) -> None:
    session = await operator.start()
    await billing.behave(error_rate=1, status=500)
    assert (await operator.submit(session, {"account": DEBTOR})).json()["state"] == "failed"
    assert (await operator.api.post(f"/sessions/{session['id']}/retry")).json()["state"] == "failed"
    cancelled = await operator.api.post(f"/sessions/{session['id']}/cancel", json={"reason": "биллинг не отвечает"})
    assert cancelled.json()["state"] == "cancelled"

    await billing.behave()
    await operator.until("tell_debt", {"account": DEBTOR})


async def test_a_promise_whose_answers_were_lost_is_made_once(operator: Operator, billing: Billing) -> None:
    call = f"lost-{uuid4().hex}"
    session = await operator.start(correlation_id=call)
    for given in ({"account": DEBTOR}, {"agreement": "yes"}):
        session = await operator.answer(session, given)
    await billing.behave(lose_answers=True)
    failed = (await operator.submit(session, CHOICE)).json()
    assert failed["state"] == "failed"

    await billing.behave()
    [promise] = await billing.promises(DEBTOR)
    after = await operator.retry(session)
    assert (after["step"]["key"], after["step"]["data"]["promise_due_text"]) == ("tell_promise", promise["due_text"])
    assert await billing.promises(DEBTOR) == [promise]
    asked = [made for made in await billing.calls(correlation_id=call) if made["method"] == "POST"]
    assert len({made["key"] for made in asked}) == 1


async def test_when_every_second_call_fails_everybody_gets_through(operator: Operator, billing: Billing) -> None:
    await billing.behave(error_rate=0.5, status=503)
    sessions = [await operator.start() for _ in range(6)]
    await asyncio.gather(*(operator.submit(session, {"account": DEBTOR}) for session in sessions))
    await billing.behave()
    for session in sessions:
        assert (await _through(operator, session))["step"]["key"] == "tell_debt"


async def _through(operator: Operator, session: Json) -> Json:
    """Retry a session until it goes on: chance may have it that five calls in a row failed."""

    async def active() -> Json | None:
        now = await operator.read(session)
        if now["state"] != "active":
            now = await operator.retry(session)
        return now if now["state"] == "active" else None

    return await eventually(active, within=20)
