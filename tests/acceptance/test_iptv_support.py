"""Television, walked to every end: a box is read meanwhile and restarted once, and Back takes a package away.

Every test with a system that is down ends with a call that succeeds, so that its circuit breaker counts anew.
"""

import pytest

from tests.acceptance.backoffice import Backoffice
from tests.acceptance.billing import Billing
from tests.acceptance.cases import Case, cases_of
from tests.acceptance.operator import Json, Operator
from tests.acceptance.test_back import back
from tests.acceptance.test_internet_support import walk

SCRIPT = "iptv_support"
CASES = {case.name: case for case in cases_of(SCRIPT)}
ENDS = [case for case in CASES.values() if case.name == case.outcome]
"""One case for each end; the others are tried without the systems, see tests/player_api/releases/cases."""


async def until(operator: Operator, case: str, step: str) -> Json:
    """Walk a case until a step is shown."""
    answers = CASES[case].answers
    at = [key for key, _ in answers].index(step)
    return await walk(operator, await operator.start(SCRIPT), answers[:at])


async def packages(backoffice: Backoffice, account: str) -> list[str]:
    """Codes of the packages that an account may still add."""
    said = await backoffice.read(f"/television/accounts/{account}/packages")
    return [package["code"] for package in said["packages"]]


@pytest.mark.parametrize("case", ENDS, ids=lambda case: case.name)
async def test_every_end_is_reached(operator: Operator, billing: Billing, backoffice: Backoffice, case: Case) -> None:
    del billing, backoffice
    session = await walk(operator, await operator.start(SCRIPT), case.answers)
    assert (session["state"], session["result"]["end"]) == ("ended", case.end)
    result = session["result"]["variables"]
    assert result["outcome"] == case.outcome
    assert bool(result.get("case_number")) is (case.outcome != "not_identified")
    assert bool(result.get("visit_number")) is (case.outcome == "visit")
    assert bool(result.get("subscription_number")) is (case.outcome == "package")


async def test_back_takes_a_package_away(operator: Operator, billing: Billing, backoffice: Backoffice) -> None:
    del billing
    session = await until(operator, "package", "tell_package")
    assert await packages(backoffice, "1000000001") == ["kino", "sport", "uhd"]
    session = (await back(operator, session, "choose_package")).json()
    assert (session["step"]["key"], session["step"]["input"]["answers"]["package"]) == ("choose_package", "kids")
    assert await packages(backoffice, "1000000001") == ["kino", "sport", "kids", "uhd"]
    session = await operator.answer(session, {"package_decision": "none"})
    assert session["step"]["key"] == "say_package_declined"


async def test_a_restart_whose_answer_was_lost_is_not_repeated(
    operator: Operator, billing: Billing, backoffice: Backoffice
) -> None:
    del billing
    session = await until(operator, "restarted", "explain_box_restart")
    await backoffice.behave("television", lose_answers=True)
    failed = (await operator.submit(session, {"restart_consent": "yes"})).json()
    assert [waiting["function"] for waiting in failed["waiting"]] == ["television.restart_box"]
    before = await backoffice.calls("television", "/boxes/{account}/restarts")
    await backoffice.behave("television")
    session = await operator.retry(failed)
    assert session["step"]["key"] == "ask_after_restart"
    assert await backoffice.calls("television", "/boxes/{account}/restarts") == before
    assert "back" not in session["actions"]
