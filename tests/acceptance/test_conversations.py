"""The shipped script talked through on a real engine, by text and by keys, in Russian and English."""

import asyncio
from asyncio.subprocess import PIPE
from pathlib import Path

import httpx
import pytest

from engine import Engine
from stack.folder import ROOT
from stack.running import Running
from tests.acceptance.billing import Billing
from tests.acceptance.cases import FOLDER
from tests.acceptance.customer import Customer
from tests.acceptance.operator import SCRIPT, Json, Operator
from tests.acceptance.test_killed_parts import kill
from tests.eventually import eventually

TALKS = sorted(FOLDER.glob("talks/*.txt"))


@pytest.mark.parametrize("talk", TALKS, ids=lambda path: path.name)
async def test_ready_replies_lead_to_the_ends_that_they_are_named_after(
    customer: Customer, billing: Billing, talk: Path
) -> None:
    end, is_ivr, locale = _named(talk)
    await customer.calls(channel="ivr" if is_ivr else "bot", locale=locale)
    for line in _replies(talk):
        assert customer.turn["state"] == "active", customer.turn
        await (customer.presses(line) if is_ivr else customer.says(line))
    assert (customer.turn["state"], customer.turn["result"]["end"]) == ("ended", f"end_{end}")
    is_english = "en-US" in customer.turn["prompt"]["speech"]
    assert is_english is (locale == "en")


def _replies(talk: Path) -> list[str]:
    return talk.read_text(encoding="utf-8").splitlines()


def _named(talk: Path) -> tuple[str, bool, str]:
    """The end that a file of replies leads to, whether they are keys, and their language."""
    end, *marks = talk.name.removesuffix(".txt").split(".")
    return end, "ivr" in marks, "en" if "en" in marks else "ru"


async def test_a_terminal_talks_too(stack: Running, billing: Billing) -> None:
    talks = [FOLDER / "talks" / name for name in ("no_debt.txt", "no_debt.en.ivr.txt")]
    for said in await asyncio.gather(*(_chat(stack, talk) for talk in talks)):
        assert said.rstrip().endswith("ended: end_no_debt, no_debt")
        assert "<speak" in said


async def _chat(stack: Running, talk: Path) -> str:
    _, is_ivr, locale = _named(talk)
    options = ["--channel", "ivr" if is_ivr else "bot", "--locale", locale, "--speech", "--answers", str(talk)]
    command = [str(ROOT / "scripts" / "chat"), SCRIPT, *options, "--data", str(stack.folder.path)]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, cwd=ROOT)
    said, complaint = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, complaint.decode()
    return said.decode()


def test_every_end_is_talked_to() -> None:
    assert {talk.name.partition(".")[0] for talk in TALKS} == {file.stem for file in FOLDER.glob("answers/*.json")}


async def test_a_person_takes_over_in_the_middle_of_a_form_and_finds_what_was_said(
    customer: Customer, operator: Operator, billing: Billing
) -> None:
    await customer.calls(team="billing")
    for text in ("1000000001", "да", "пятьсот рублей"):
        await customer.says(text)
    assert (customer.turn["step"], customer.turn["field"]) == ("choose_offer", "consent")
    assert (await customer.says("позовите оператора"))["state"] == "handed_off"

    path = f"/sessions/{customer.turn['session']}"
    waiting = (await operator.api.get("/handoffs", params={"team": "billing"})).json()
    assert [each["note"] for each in waiting if each["session"] == customer.turn["session"]] == [
        "Клиент попросил оператора."
    ]
    session = (await operator.api.post(f"{path}/claim", json={})).json()
    session = await operator.read(session)
    assert session["step"]["input"]["answers"] == {"offer": "sum_500"}
    answers = {**session["step"]["input"]["answers"], "consent": True}
    session = await operator.answer(session, answers)
    session = await operator.answer(session, {})
    assert session["result"]["end"] == "end_promised"

    [promise] = await billing.promises("1000000001")
    assert promise["amount"]["amount"] == 50_000
    given = [event for event in await operator.history(session) if event["type"] == "answer_given"]
    assert [(event["data"]["key"], event["actor"], event["data"]["channel"]) for event in given] == [
        ("ask_account", "key:bot", "bot"),
        ("tell_debt", "key:bot", "bot"),
        ("choose_offer", "key:operator", "crm"),
        ("tell_promise", "key:operator", "crm"),
    ]


async def test_a_session_goes_from_the_bot_to_a_person_a_step_back_and_to_its_end(
    customer: Customer, operator: Operator, billing: Billing
) -> None:
    await customer.calls()
    for text in ("1000000001", "да", "оператор"):
        await customer.says(text)
    assert customer.turn["state"] == "handed_off"
    path = f"/sessions/{customer.turn['session']}"
    session = (await operator.api.post(f"{path}/claim", json={})).json()
    assert (session["step"]["key"], session["channel"], session["holder"]["mine"]) == ("choose_offer", "crm", True)
    assert [(one["key"], one["channel"]) for one in session["step"]["visited"]] == [
        ("ask_account", "bot"),
        ("tell_debt", "bot"),
    ]

    session = (await operator.api.post(f"{path}/back", json={}, params={"wait": 20})).json()
    assert (session["step"]["key"], session["step"]["input"]["answers"]) == ("tell_debt", {"agreement": "yes"})
    for answers in ({"agreement": "yes"}, {"offer": "sum_1000", "consent": True}, {}):
        session = await operator.answer(session, answers)
    assert (session["state"], session["result"]["end"]) == ("ended", "end_promised")
    assert len(await billing.promises("1000000001")) == 1
    history = [
        (event["type"], event["actor"])
        for event in await operator.history(session)
        if event["type"] not in {"function_called", "effect", "turn_taken"}
    ]
    assert history == [
        ("session_started", "key:bot"),
        ("answer_given", "key:bot"),
        ("answer_given", "key:bot"),
        ("handoff_asked", "key:bot"),
        ("session_claimed", "key:operator"),
        ("back_begun", "key:operator"),
        ("back_done", "key:operator"),
        ("answer_given", "key:operator"),
        ("answer_given", "key:operator"),
        ("answer_given", "key:operator"),
        ("session_ended", "key:operator"),
    ]


async def test_back_leads_past_what_only_speaks(customer: Customer, billing: Billing) -> None:
    await customer.calls()
    assert "Вернуться" in (await customer.says("назад"))["prompt"]["text"]
    await customer.says("1000000001")
    await customer.says("да")
    assert (await customer.says("первый вариант"))["field"] == "consent"
    assert (await customer.says("назад"))["field"] == "offer"
    turn = await customer.says("я ошибся")
    assert (turn["step"], turn["field"]) == ("tell_debt", "agreement")
    assert "Сейчас: Да, подойдёт." in turn["prompt"]["text"]
    turn = await customer.says("назад")
    assert "Сейчас: 1000000001." in turn["prompt"]["text"]
    turn = await customer.says("один восемь нулей два")
    assert turn["result"]["end"] == "end_no_debt"
    assert await billing.promises("1000000001") == []


@pytest.mark.usefixtures("mended")
async def test_what_was_said_outlives_a_killed_facade(
    stack: Running, customer: Customer, billing: Billing, engine: Engine
) -> None:
    await customer.calls()
    for text in ("1000000001", "да", "пятьсот рублей"):
        await customer.says(text)
    kill(stack, "facade")

    async def gone_on() -> Json | None:
        try:
            return await customer.says("да")
        except httpx.TransportError:
            return None

    turn = await eventually(gone_on, within=60)
    assert turn["result"]["end"] == "end_promised"
    assert len(await billing.promises("1000000001")) == 1
