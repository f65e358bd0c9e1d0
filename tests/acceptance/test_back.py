"""The shipped script, taken back over its decisions and gateways, and where billing can't take back what it did."""

from uuid import uuid4

import httpx

from tests.acceptance.billing import Billing
from tests.acceptance.operator import Json, Operator

IN_DEBT, WITHOUT_DEBT = "1000000001", "1000000002"
CHOICE = {"offer": "sum_1000", "consent": True}


async def back(operator: Operator, session: Json, key: str) -> httpx.Response:
    """Go back to the visited step with this key."""
    to = next(one["step"] for one in session["step"]["visited"] if one["key"] == key)
    path, headers = f"/sessions/{session['id']}/back", {"Idempotency-Key": uuid4().hex}
    return await operator.api.post(path, json={"to": to}, headers=headers, params={"wait": 20})


async def test_over_decisions_and_gateways_nothing_stale_steers_the_script(
    operator: Operator, billing: Billing
) -> None:
    session = await operator.until("choose_offer", {"account": IN_DEBT}, {"agreement": "yes"})
    before = await billing.seen()
    again = (await back(operator, session, "tell_debt")).json()
    assert (again["step"]["key"], again["step"]["input"]["answers"]) == ("tell_debt", {"agreement": "yes"})
    offered = await operator.answer(again, {"agreement": "yes"})
    assert offered["step"]["data"] == session["step"]["data"]
    first = (await back(operator, offered, "ask_account")).json()
    assert (first["step"]["key"], first["step"]["visited"], first["step"]["data"]) == ("ask_account", [], {})
    other = await operator.answer(first, {"account": WITHOUT_DEBT})
    assert other["step"]["key"] == "say_no_debt"
    ended = await operator.answer(other, {})
    assert ended["result"]["variables"] == {"outcome": "no_debt"}
    assert [call["function"] for call in await billing.calls(after=before)] == ["billing.get_balance"]


async def test_a_promise_that_was_made_can_not_be_gone_back_behind(operator: Operator, billing: Billing) -> None:
    session = await operator.until("choose_offer", {"account": IN_DEBT}, {"agreement": "yes"})
    promised = await operator.answer(session, CHOICE)
    assert promised["step"]["key"] == "tell_promise"
    assert "back" not in promised["actions"]
    refused = await back(operator, promised, "choose_offer")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "back-blocked")
    assert "«Подключить платёж»" in refused.json()["detail"]
    assert len(await billing.promises(IN_DEBT)) == 1
