"""What a step says of values that are older than they should be, on the real engine."""

import json

import pytest

from tests.script_set.walker import Json, Walker

AS_OF = "2026-11-26T12:04:00+00:00"


async def _noted(walker: Walker, session: Json, outputs: list[str]) -> None:
    value = json.dumps({"as_of": AS_OF, "outputs": outputs})
    await walker.set_variable(session, "stale.billing.get_balance", {"type": "Json", "value": value})


@pytest.mark.parametrize(("output", "shown"), [("plan", True), ("other", False)])
async def test_a_step_says_how_old_it_is_where_it_shows_such_a_value(walker: Walker, output: str, shown: bool) -> None:
    await walker.publish("set_decision")
    session = await walker.start("set_decision")
    await _noted(walker, session, [output])
    step = (await walker.answer(session, {"age": 17}))["step"]
    found = [(one["function"], one["title"], one["as_of"]) for one in step["stale"]]
    assert found == ([("billing.get_balance", "Баланс лицевого счёта", "2026-11-26T12:04:00Z")] if shown else [])
    assert (step["key"], set(step["data"])) == ("tell", {"plan"})
