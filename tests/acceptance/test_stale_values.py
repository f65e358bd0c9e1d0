"""An answer from before its system went down is shown with its age, from the worker to the step."""

from datetime import UTC, datetime, timedelta

from stack.running import Running
from store.database import open_database
from tests.acceptance.billing import Billing
from tests.acceptance.operator import Json, Operator

ACCOUNT = {"account": "1000000001"}


async def _to_the_beginning(operator: Operator, session: Json) -> Json:
    to = session["step"]["visited"][0]["step"]
    response = await operator.api.post(f"/sessions/{session['id']}/back", json={"to": to}, params={"wait": 20})
    assert response.status_code == 200, response.text
    return dict(response.json())


async def _half_an_hour_later(stack: Running) -> None:
    async with open_database(stack.database_url("script_manager"), pool_size=1) as database:
        await database.fetch_one("UPDATE function_answers SET kept_at = kept_at - interval '30 minutes' RETURNING key")


async def test_a_balance_from_before_says_as_of_when_it_is(
    stack: Running, operator: Operator, billing: Billing
) -> None:
    session = await operator.until("tell_debt", ACCOUNT)
    assert session["step"]["stale"] == []
    await _half_an_hour_later(stack)
    await billing.behave(down=True)
    degraded = await operator.answer(await _to_the_beginning(operator, session), ACCOUNT)
    assert (degraded["step"]["key"], degraded["step"]["data"]) == ("tell_debt", session["step"]["data"])
    [stale] = degraded["step"]["stale"]
    assert (stale["function"], stale["title"]) == ("billing.get_balance", "Баланс лицевого счёта")
    age = datetime.now(UTC) - datetime.fromisoformat(stale["as_of"])
    assert timedelta(minutes=30) <= age < timedelta(minutes=32)
    await billing.behave()
    beginning = await _to_the_beginning(operator, degraded)
    assert beginning["step"]["stale"] == []
    assert (await operator.answer(beginning, ACCOUNT))["step"]["stale"] == []
