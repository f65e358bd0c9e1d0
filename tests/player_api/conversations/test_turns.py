"""Turns: what is not understood, what can be said at any time, and what is sent twice."""

import asyncio

import pytest

from player_api.conversations.talk import Intent, Talk
from store.conversations import Change, Conversations
from tests.fakes.engine import Fault
from tests.fakes.scenario import Ask, CallFunction, End
from tests.player_api.api import Api, problem
from tests.player_api.conversations.bot import Bot, ask, say
from tests.player_api.conversations.test_questions import ACCOUNT, NOTE, REASON

FIRST = ask("first", say("Назовите номер счёта."), ACCOUNT, REASON)
AGREE = {"type": "checkbox", "key": "agree", "label": "Вы согласны", "validate": {"required": True}}


async def test_what_is_not_understood_is_asked_again_in_other_words_and_then_by_a_person(bot: Bot) -> None:
    await bot.begin(FIRST, Ask("after"), team="billing")
    said = []
    for reply in (bot.says("ну как бы"), bot.keeps_silent()):
        await reply
        said.append(bot.text)
    assert bot.turn["attempts_left"] == 1
    assert len(set(said)) == 2
    assert all(text.endswith("Назовите номер счёта.") for text in said)
    turn = await bot.says("ээээ")
    assert (turn["state"], turn["expects"]) == ("handed_off", "nothing")
    handoff = (await bot.reads_session())["handoff"]
    assert (handoff["channel"], handoff["team"], handoff["by"]) == ("crm", "billing", "key:bot")
    assert "Назовите номер счёта." in handoff["note"]
    outcomes = [(data["outcome"], data["misses"]) for data in await bot.history("turn_taken")]
    assert outcomes == [("no_match", 1), ("no_input", 2), ("no_match", 3)]


async def test_a_form_says_how_often_it_asks(bot: Bot) -> None:
    await bot.begin(ask("first", {**ACCOUNT, "properties": {"attempts": "1"}}), Ask("after"))
    assert bot.turn["attempts_left"] == 1
    assert (await bot.says("ээээ"))["state"] == "handed_off"


async def test_an_invalid_answer_is_complained_of_in_the_form_s_words(bot: Bot) -> None:
    await bot.begin(FIRST, Ask("after"))
    turn = await bot.says("один два три")
    assert "Нужно десять цифр." in turn["prompt"]["text"]
    assert turn["attempts_left"] == 2
    assert (await bot.says("1000000001"))["attempts_left"] == 3


async def test_of_several_meanings_the_customer_is_asked_which(bot: Bot) -> None:
    await bot.begin(FIRST, Ask("after"))
    await bot.says("1000000001")
    turn = await bot.says("не подходит")
    assert turn["prompt"]["text"].startswith("Уточните")
    assert [option["label"] for option in turn["options"]] == ["Не подходит сумма", "Не подходит срок"]
    await bot.says("назад")
    assert bot.text.startswith("Причина?")
    await bot.says("не подходит")
    assert (await bot.presses("2"))["state"] == "ended"
    assert (await bot.history("answer_given"))[0]["answers"]["reason"] == "term"


async def test_a_consent_that_is_refused_does_not_go_on(bot: Bot) -> None:
    await bot.begin(ask("agree", AGREE), Ask("after"))
    turn = await bot.says("нет")
    assert (turn["field"], turn["attempts_left"]) == ("agree", 2)
    assert "Без согласия" in turn["prompt"]["text"]


async def test_what_can_be_said_at_any_time(bot: Bot) -> None:
    first = await bot.begin(FIRST, Ask("after"))
    for command in ("повторите, пожалуйста", "*"):
        turn = await (bot.presses(command) if command == "*" else bot.says(command))
        assert (turn["prompt"], turn["attempts_left"]) == (first["prompt"], 3)
    assert "«оператор»" in (await bot.says("что я могу сказать?"))["prompt"]["text"]
    await bot.says("1000000001")
    assert (await bot.says("назад"))["field"] == "account"
    assert (await bot.reads_session())["step"]["input"]["answers"] == {}
    await bot.says("1000000002")
    assert (await bot.says("соедините с оператором"))["state"] == "handed_off"
    session = await bot.reads_session()
    assert session["step"]["input"]["answers"] == {"account": "1000000002"}
    assert session["handoff"]["note"] == "Клиент попросил оператора."


async def test_a_literal_answer_wins_over_a_command(bot: Bot) -> None:
    ways = [{"label": "Оператор", "value": "person"}, {"label": "Назад", "value": "back"}]
    await bot.begin(ask("way", {"type": "radio", "key": "way", "values": ways}), Ask("after"))
    await bot.says("оператор")
    assert (await bot.history("answer_given"))[0]["answers"] == {"way": "person"}


async def test_stopping_is_asked_about(bot: Bot) -> None:
    await bot.begin(FIRST, Ask("after"))
    assert (await bot.says("стоп"))["expects"] == "yes_no"
    assert (await bot.says("нет"))["field"] == "account"
    await bot.says("стоп")
    turn = await bot.says("да")
    assert (turn["state"], turn["expects"]) == ("cancelled", "nothing")
    assert (await bot.history("session_cancelled"))[0]["reason"] == "клиент попросил закончить разговор"


async def test_a_step_that_is_to_be_confirmed_is_read_back(bot: Bot) -> None:
    reason = {**REASON, "properties": {"confirm": "true"}}
    pin = {"type": "textfield", "key": "pin", "label": "Код", "properties": {"field": "masked"}}
    await bot.begin(ask("sure", ACCOUNT, reason, pin), Ask("after"))
    await bot.says("1000000001")
    await bot.says("срок")
    turn = await bot.says("кот")
    assert turn["prompt"]["text"].split("\n") == [
        "Номер счёта: 1000000001.", "Причина: Не подходит срок.", "Код: •••.", "Всё верно?",
    ]  # fmt: skip
    assert turn["expects"] == "yes_no"
    assert await bot.history("answer_given") == []
    assert [option["label"] for option in (await bot.says("нет"))["options"]] == ["Номер счёта", "Причина", "Код"]
    assert (await bot.says("причина"))["field"] == "reason"
    assert (await bot.says("сумма"))["expects"] == "yes_no"
    await bot.says("всё верно")
    assert (await bot.history("answer_given"))[0]["answers"]["reason"] == "sum"


async def test_while_functions_run_the_customer_hears_so(bot: Bot, api: Api) -> None:
    await bot.begin(ask("first", ACCOUNT), CallFunction("billing.get"), ask("then", say("Готово."), NOTE), End("over"))
    turn = await bot.says("1000000001")
    assert (turn["state"], turn["expects"], turn["prompt"]["text"]) == (
        "working", "nothing", "Минуту, пожалуйста, я проверяю.",
    )  # fmt: skip
    assert (await bot.says("ну что там"))["state"] == "working"
    looking = asyncio.create_task(bot.looks(wait=20))
    await api.work("billing.get", {"id": turn["session"]}, {})
    assert (await looking)["field"] == "note"


async def test_an_operator_can_be_called_while_functions_run(bot: Bot) -> None:
    await bot.begin(ask("first", ACCOUNT), CallFunction("billing.get"), End("over"))
    await bot.says("1000000001")
    assert (await bot.presses("0"))["state"] == "handed_off"


async def test_where_a_function_fails_for_good_a_person_takes_over(bot: Bot, api: Api) -> None:
    await bot.begin(ask("first", ACCOUNT), CallFunction("billing.get"), End("over"))
    await bot.says("1000000001")
    await api.fail("billing.get", "no answer")
    assert (await bot.looks())["state"] == "handed_off"
    assert "Система не ответила" in (await bot.reads_session())["handoff"]["note"]


async def test_any_session_can_be_spoken_about(api: Api) -> None:
    script = await api.publish(ask("first", ACCOUNT), Ask("after"))
    started = (await api.start(script, channel="chat")).json()
    other = Bot(api, "key-operator")
    other.turn = {"session": started["id"]}
    assert (await other.looks())["field"] == "account"


async def test_an_operator_who_took_over_is_not_disturbed_and_may_give_the_session_back(bot: Bot, api: Api) -> None:
    await bot.begin(FIRST, Ask("after"))
    await bot.says("1000000001")
    await bot.says("оператор")
    path = f"/sessions/{bot.session}"
    claimed = (await api.request("POST", f"{path}/claim", json={})).json()
    assert claimed["step"]["key"] == "first"
    assert (await api.request("GET", path)).json()["step"]["input"]["answers"] == {"account": "1000000001"}
    assert (await bot.says("алло"))["state"] == "handed_off"
    await api.request("POST", f"{path}/handoff", json={"channel": "bot"})
    await bot.request("POST", f"{path}/claim", json={})
    turn = await bot.looks()
    assert (turn["state"], turn["field"]) == ("active", "reason")


async def test_a_turn_sent_twice_is_taken_once(bot: Bot, key: str) -> None:
    await bot.begin(ask("first", ACCOUNT), ask("second", {**ACCOUNT, "key": "other"}), Ask("third"))
    turns = [(await bot.reply(text="1000000001", idempotency_key=key)).json() for _ in range(2)]
    assert turns[0] == turns[1]
    assert turns[0]["step"] == "second"
    assert [data["key"] for data in await bot.history("answer_given")] == ["first"]


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.ANSWER_LOST])
async def test_a_turn_whose_submission_broke_off_is_gone_on_with(bot: Bot, api: Api, key: str, fault: Fault) -> None:
    await bot.begin(ask("first", ACCOUNT), ask("second", {**ACCOUNT, "key": "other"}), Ask("third"))
    old = bot.turn
    api.fake.break_next(fault, "/complete")
    broken = await bot.reply(text="1000000001", turn=old["id"], idempotency_key=key)
    assert problem(broken) == "engine-unavailable"
    again = await bot.reply(text="1000000001", turn=old["id"], idempotency_key=key)
    assert (again.status_code, again.json()["step"]) == (200, "second")
    assert [data["key"] for data in await bot.history("answer_given")][-1:] == ["first"]
    assert (await bot.looks())["step"] == "second"


async def test_what_a_killed_facade_had_resolved_to_do_is_done_at_the_next_look(bot: Bot, api: Api) -> None:
    await bot.begin(ask("first", ACCOUNT), ask("second", NOTE), Ask("third"))
    conversations = Conversations(api.database)
    stored = await conversations.find(bot.session)
    step = Talk.model_validate(stored.talk).step
    talk = Talk(step=step, intent=Intent.SUBMIT, answers={"account": "1000000001"}).model_dump(mode="json")
    change = Change(bot.session, stored.turn, talk, "key:bot")
    assert await conversations.change(change)
    assert not await conversations.change(change)
    assert (await bot.looks())["step"] == "second"


async def test_an_answer_to_another_turn_changes_nothing_and_gets_the_present_one(bot: Bot) -> None:
    first = await bot.begin(FIRST, Ask("after"))
    await bot.says("1000000001")
    response = await bot.reply(text="1000000002", turn=first["id"])
    assert (response.status_code, problem(response)) == (409, "turn-changed")
    assert response.json()["turn"] == bot.turn


async def test_of_two_turns_at_once_one_wins(bot: Bot) -> None:
    await bot.begin(FIRST, Ask("after"))
    replies = [bot.reply(text=f"100000000{digit}", turn=bot.turn["id"]) for digit in (1, 2, 3)]
    responses = await asyncio.gather(*replies)
    assert sorted(response.status_code for response in responses) == [200, 409, 409]
    [won] = [response.json() for response in responses if response.status_code == 200]
    assert {response.json()["turn"]["id"] for response in responses if response.status_code == 409} == {won["id"]}
    assert len(await bot.history("turn_taken")) == 1


async def test_an_ended_session_takes_no_turn(bot: Bot) -> None:
    await bot.begin(ask("bye", say("Пока!")), End("over"))
    response = await bot.reply(text="алло")
    assert (response.status_code, problem(response)) == (410, "session-ended")


async def test_other_tenants_hear_nothing(bot: Bot, api: Api) -> None:
    await bot.begin(FIRST, Ask("after"))
    response = await api.request("GET", f"/conversations/{bot.session}", key="key-elsewhere")
    assert (response.status_code, problem(response)) == (404, "session-not-found")


async def test_an_unknown_script_starts_nothing(bot: Bot) -> None:
    response = await bot.request("POST", "/conversations", json={"script": "nothing_of_this_name", "channel": "bot"})
    assert (response.status_code, problem(response)) == (404, "script-unknown")


async def test_a_start_sent_twice_is_one_conversation(bot: Bot, api: Api, key: str) -> None:
    given = {"script": await api.publish(FIRST, Ask("after")), "channel": "ivr"}
    headers = {"Idempotency-Key": key}
    turns = [(await bot.request("POST", "/conversations", json=given, headers=headers)).json() for _ in range(2)]
    assert turns[0] == turns[1]
    assert len(api.fake.instances.instances) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"silence": False},
        {"text": "да", "dtmf": "1"},
        {"text": "да", "silence": True},
        {"text": "x" * 4001},
        {"text": 5},
        {"dtmf": "12a"},
        {"dtmf": ""},
        {"dtmf": "1" * 61},
        {"silence": 1},
        {"text": "да", "typo": 1},
        [],
    ],
)
async def test_a_reply_that_cannot_be_right_is_refused(bot: Bot, body: object) -> None:
    await bot.begin(FIRST, Ask("after"))
    path = f"/conversations/{bot.session}/turns"
    response = await bot.request("POST", path, json=body)
    assert (response.status_code, problem(response)) == (422, "request-invalid")
    assert await bot.looks() == bot.turn


@pytest.mark.parametrize("text", ["", " ", "\0", "🙂🙂🙂", "x" * 4000, "1" * 4000, "ноль " * 800, "не " * 1300])
async def test_whatever_is_said_something_is_answered(bot: Bot, text: str) -> None:
    await bot.begin(FIRST, Ask("after"))
    assert (await bot.says(text))["attempts_left"] == 2


async def test_half_a_character_is_refused(bot: Bot) -> None:
    await bot.begin(FIRST, Ask("after"))
    path = f"/conversations/{bot.session}/turns"
    headers = {"Content-Type": "application/json"}
    response = await bot.request("POST", path, content=rb'{"text": "\ud83d"}', headers=headers)
    assert response.status_code in {200, 422}


@pytest.mark.parametrize("choice", ["nothing", 1, True, ["sum"], {"a": 1}])
async def test_a_choice_that_is_not_offered_is_refused(bot: Bot, choice: object) -> None:
    await bot.begin(FIRST, Ask("after"))
    await bot.says("1000000001")
    response = await bot.reply(choice=choice)
    assert (response.status_code, problem(response)) == (422, "choice-unknown")
    assert (await bot.chooses("sum"))["state"] == "ended"
