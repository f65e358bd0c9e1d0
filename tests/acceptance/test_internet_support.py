"""Internet support, walked to every end: four systems behind it, other scripts within it, and each system once down.

Every test with a system that is down ends with a call that succeeds, so that its circuit breaker counts anew.
"""

from typing import Any

import pytest

from tests.acceptance.backoffice import SYSTEMS, Backoffice
from tests.acceptance.billing import Billing
from tests.acceptance.cases import Case, cases_of
from tests.acceptance.operator import Json, Operator

SCRIPT = "internet_support"
CASES = cases_of(SCRIPT)
IDENTIFIED: list[tuple[str, Json]] = [
    ("ask_caller", {"account": "1000000001"}),
    ("confirm_customer", {"outcome": "identified"}),
    ("ask_problem", {"problem": "none"}),
    ("ask_since", {"since": "today"}),
]
QUESTIONS: list[tuple[str, Json]] = [
    ("ask_devices", {"devices": "all", "connection": "cable"}),
    ("ask_equipment", {"lamps": "green"}),
    ("ask_cable", {"cable": "whole"}),
    ("reboot_router", {"works_now": "yes"}),
]


async def walk(operator: Operator, session: Json, answers: list[tuple[str, Json]]) -> Json:
    """Answer steps that must come in this order."""
    for step, given in answers:
        assert session["step"] is not None, session
        assert session["step"]["key"] == step, session["step"]
        session = await operator.answer(session, possible(session["step"], given))
    return session


def possible(step: Json, given: Json) -> Json:
    """The answers, with a time that is free today in place of the one that a case names."""
    free = step["data"].get("visit_options")
    return {**given, "visit_slot": free[0]["value"]} if free and "visit_slot" in given else given


def other(account: str, answers: list[tuple[str, Json]]) -> list[tuple[str, Json]]:
    """The same answers of another customer, of whom nothing has been asked yet."""
    return [(step, given | {"account": account} if "account" in given else given) for step, given in answers]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_every_case_ends_where_its_author_says(
    operator: Operator, billing: Billing, backoffice: Backoffice, case: Case
) -> None:
    del billing, backoffice
    session = await walk(operator, await operator.start(SCRIPT), case.answers)
    assert (session["state"], session["result"]["end"]) == ("ended", case.end)
    result = session["result"]["variables"]
    assert result["outcome"] == case.outcome
    assert bool(result.get("case_number")) is (case.outcome != "not_identified")
    assert bool(result.get("visit_number")) is (case.outcome == "visit")


@pytest.mark.long
@pytest.mark.parametrize("system", ["billing", *SYSTEMS[:3]])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_every_case_ends_there_with_a_slow_system(
    operator: Operator, billing: Billing, backoffice: Backoffice, case: Case, system: str
) -> None:
    slow: dict[str, Any] = {"latency_ms": {"fixed": 900}}
    await (billing.behave(**slow) if system == "billing" else backoffice.behave(system, **slow))
    session = await walk(operator, await operator.start(SCRIPT), case.answers)
    assert (session["state"], session["result"]["end"]) == ("ended", case.end)


async def test_questions_are_asked_while_the_line_is_measured(
    operator: Operator, billing: Billing, backoffice: Backoffice
) -> None:
    del billing
    await backoffice.measurements_take(60_000)
    session = await walk(operator, await operator.start(SCRIPT), [*IDENTIFIED, *QUESTIONS[:-1]])
    assert (session["state"], session["step"]["key"]) == ("active", "reboot_router")
    working = (await operator.submit(session, QUESTIONS[-1][1], wait=0)).json()
    assert (working["state"], working["step"]) == ("working", None)
    assert [waiting["function"] for waiting in working["waiting"]] == ["measurements.measure_line"]


async def test_without_the_crm_a_customer_is_known_by_voice(
    operator: Operator, billing: Billing, backoffice: Backoffice
) -> None:
    del billing
    await backoffice.behave("customers", error_rate=1, status=503)
    session = await walk(operator, await operator.start(SCRIPT), other("1000000014", IDENTIFIED[:1]))
    assert session["step"]["key"] == "confirm_customer"
    assert session["step"]["data"]["customer_known"] is False
    await backoffice.behave("customers")
    rest = [*IDENTIFIED[1:], *QUESTIONS, ("say_restored", {}), ("tell_case", {}), ("ask_rating", {})]
    session = await walk(operator, session, rest)
    assert (session["state"], session["result"]["end"]) == ("ended", "end_restored")


async def test_without_the_crm_a_case_is_written_down_by_hand(
    operator: Operator, billing: Billing, backoffice: Backoffice
) -> None:
    del billing
    session = await walk(operator, await operator.start(SCRIPT), [*IDENTIFIED, *QUESTIONS])
    await backoffice.behave("customers", error_rate=1, status=503)
    session = await operator.answer(session, {})
    assert (session["state"], {"next", "retry"} <= set(session["actions"])) == ("active", True)
    assert "ввод вручную" in session["step"]["name"]
    session = await operator.answer(session, {"case_number": "Ж-17"})
    assert (session["step"]["key"], session["step"]["data"]["case_number"]) == ("tell_case", "Ж-17")
    await backoffice.behave("customers")
    await walk(operator, await operator.start(SCRIPT), other("1000000015", IDENTIFIED[:2]))


@pytest.mark.parametrize(("system", "account"), [("inventory", "1000000016"), ("billing", "1000000017")])
async def test_a_line_is_checked_by_what_answers(
    operator: Operator, billing: Billing, backoffice: Backoffice, system: str, account: str
) -> None:
    session = await walk(operator, await operator.start(SCRIPT), other(account, IDENTIFIED[:3]))
    if system == "billing":
        await billing.behave(hang=True)
    else:
        await backoffice.behave(system, down=True)
    # Shown on another customer's answers would be asked ahead: this step has been shown while the system was well.
    session = await operator.answer(session, {"since": "days"})
    assert session["step"]["key"] == "ask_devices"
    await billing.behave()
    await backoffice.behave("inventory")
    await walk(operator, await operator.start(SCRIPT), other("1000000018", IDENTIFIED))


async def test_without_a_measurement_the_answers_decide(
    operator: Operator, billing: Billing, backoffice: Backoffice
) -> None:
    del billing
    session = await walk(operator, await operator.start(SCRIPT), other("1000000002", IDENTIFIED[:3]))
    await backoffice.behave("measurements", error_rate=1, status=503)
    questions = [("ask_since", {"since": "long"}), QUESTIONS[0], QUESTIONS[1], QUESTIONS[2]]
    session = await walk(operator, session, [*questions, ("reboot_router", {"works_now": "yes"})])
    assert session["step"]["key"] == "say_restored"
    await backoffice.behave("measurements")
    await walk(operator, await operator.start(SCRIPT), [*IDENTIFIED, *QUESTIONS])


async def test_a_booking_that_failed_is_tried_again(
    operator: Operator, billing: Billing, backoffice: Backoffice
) -> None:
    del billing
    [case] = [case for case in CASES if case.name == "visit"]
    at = [step for step, _ in case.answers].index("choose_visit")
    session = await walk(operator, await operator.start(SCRIPT), case.answers[:at])
    await backoffice.behave("customers", lose_answers=True)
    failed = (await operator.submit(session, possible(session["step"], case.answers[at][1]))).json()
    assert failed["state"] == "failed"
    assert [waiting["function"] for waiting in failed["waiting"]] == ["customers.book_visit"]
    await backoffice.behave("customers")
    session = await walk(operator, await operator.retry(failed), case.answers[at + 1 :])
    assert session["result"]["end"] == "end_visit"
