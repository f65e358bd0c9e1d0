"""The bot's first line: what it settles by itself, and what it hands to people."""

from pathlib import Path

import pytest

from stack.folder import ROOT
from tests.acceptance.backoffice import Backoffice
from tests.acceptance.billing import Billing
from tests.acceptance.cases import Case, cases_of
from tests.acceptance.customer import Customer
from tests.acceptance.operator import Json, Operator
from tests.acceptance.test_internet_support import walk

SCRIPT = "bot_triage"
TALKS = sorted((ROOT / "bpmn" / SCRIPT / "talks").glob("*.txt"))


def lines(talk: Path) -> list[str]:
    return talk.read_text(encoding="utf-8").splitlines()


@pytest.mark.long
@pytest.mark.parametrize("case", cases_of(SCRIPT), ids=lambda case: case.name)
async def test_an_operator_walks_every_case_too(
    operator: Operator, billing: Billing, backoffice: Backoffice, case: Case
) -> None:
    del billing, backoffice
    session = await walk(operator, await operator.start(SCRIPT), case.answers)
    assert (session["state"], session["result"]["end"]) == ("ended", case.end)


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.name)
async def test_a_promised_payment_is_made_without_a_person(customer: Customer, billing: Billing, talk: Path) -> None:
    is_ivr = ".ivr." in talk.name
    await customer.calls(script=SCRIPT, channel="ivr" if is_ivr else "bot")
    for line in lines(talk):
        await (customer.presses(line) if is_ivr else customer.says(line))
    assert (customer.turn["state"], customer.turn["result"]["end"]) == ("ended", "end_promise")
    assert customer.turn["result"]["variables"]["outcome"] == "promised"
    assert len(await billing.promises("1000000001")) == 1


TROUBLE = ["интернет не грузит", "пропадает", "1000000007"]
LEFT: list[tuple[str, Json]] = [
    ("take_over", {"told": "right"}),
    ("ask_caller", {"account": "1000000007"}),
    ("confirm_customer", {"outcome": "identified"}),
    ("ask_problem", {"problem": "drops"}),
    ("ask_since", {"since": "today"}),
    ("tell_outage", {"outage_sms": "yes"}),
    ("tell_case", {}),
    ("ask_rating", {"rating": 5}),
]


async def test_trouble_goes_to_a_person_with_what_the_bot_has_learnt(
    customer: Customer, operator: Operator, billing: Billing, backoffice: Backoffice
) -> None:
    del billing, backoffice
    await customer.calls(script=SCRIPT, team="line_two")
    for text in TROUBLE:
        await customer.says(text)
    assert customer.turn["state"] == "handed_off"

    path = f"/sessions/{customer.turn['session']}"
    waiting = (await operator.api.get("/handoffs", params={"team": "line_two"})).json()
    assert customer.turn["session"] in [each["session"] for each in waiting]
    session = (await operator.api.post(f"{path}/claim", json={})).json()
    assert session["step"]["key"] == "take_over"
    told = {one["key"]: one["answers"] for one in session["step"]["visited"]}
    assert told["ask_trouble"] == {"problem": "drops", "account": "1000000007"}
    session = await operator.answer(session, LEFT[0][1])
    assert session["step"]["data"]["account"] == "1000000007"
    session = await walk(operator, session, LEFT[1:3])
    assert session["step"]["data"]["problem"] == "drops"
    session = await walk(operator, session, LEFT[3:])
    assert (session["state"], session["result"]["end"]) == ("ended", "end_internet")
    assert session["result"]["variables"]["outcome"] == "outage"


async def test_another_question_is_answered_by_a_person(customer: Customer, operator: Operator) -> None:
    await customer.calls(script=SCRIPT)
    for text in ("другое", "Можно ли оформить счёт на брата?"):
        await customer.says(text)
    assert customer.turn["state"] == "handed_off"
    session = (await operator.api.post(f"/sessions/{customer.turn['session']}/claim", json={})).json()
    assert session["step"]["data"]["question"] == "Можно ли оформить счёт на брата?"
    session = await operator.answer(session, {"answer": "Записали в офис на переоформление"})
    assert (session["state"], session["result"]["end"]) == ("ended", "end_answered")
