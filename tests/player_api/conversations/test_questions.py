"""A form becomes one question after another."""

import httpx
import pytest

from player_api.app import create_app
from runtime.settings import Settings
from tests.fakes.engine import URL, FakeEngine
from tests.fakes.scenario import Ask, End
from tests.player_api.api import Api
from tests.player_api.conversations.bot import Bot, ask, say

ACCOUNT = {
    "type": "textfield",
    "key": "account",
    "label": "Номер счёта",
    "description": "Десять цифр",
    "validate": {"required": True, "pattern": "^[0-9]{10}$", "patternErrorMessage": "Нужно десять цифр."},
}
REASON = {
    "type": "radio",
    "key": "reason",
    "label": "Причина",
    "values": [{"label": "Не подходит сумма", "value": "sum"}, {"label": "Не подходит срок", "value": "term"}],
    "validate": {"required": True},
    "properties": {"value_sum_synonyms": "дорого, много денег"},
}
DAY = {
    "type": "datetime",
    "subtype": "date",
    "key": "day",
    "dateLabel": "Дата",
    "properties": {"ask": "Когда зайдёте?"},
}
NOTE = {"type": "textarea", "key": "note", "label": "Комментарий"}
VISIT = ask("visit", say("Здравствуйте, **{{name}}**! Назовите номер счёта."), ACCOUNT, REASON, DAY, NOTE)


async def test_what_is_said_comes_first_then_one_question_after_another(bot: Bot) -> None:
    turn = await bot.begin(VISIT, Ask("after"), variables={"name": "Анна"})
    assert turn["prompt"]["text"] == "Здравствуйте, Анна! Назовите номер счёта."
    assert (turn["expects"], turn["field"], turn["step"], turn["attempts_left"]) == ("number", "account", "visit", 3)

    turn = await bot.says("десять ноль ноль ноль ноль ноль ноль ноль два")
    assert turn["prompt"]["text"] == "Причина?\n1 — Не подходит сумма\n2 — Не подходит срок"
    assert turn["expects"] == "choice"
    assert turn["options"][0] == {
        "number": 1, "value": "sum", "label": "Не подходит сумма", "synonyms": ["дорого", "много денег"],
    }  # fmt: skip

    turn = await bot.says("дорого")
    assert (turn["prompt"]["text"], turn["expects"]) == ("Когда зайдёте?\nМожно сказать «пропустить».", "date")
    assert (await bot.says("2031-05-05"))["expects"] == "text"
    await bot.says("Позвонить заранее 🙂")

    [visit, _] = await bot.history("answer_given")
    assert (visit["key"], visit["channel"]) == ("visit", "bot")
    assert visit["answers"] == {
        "account": "1000000002", "reason": "sum", "day": "2031-05-05", "note": "Позвонить заранее 🙂",
    }  # fmt: skip


async def test_answers_given_so_far_are_the_step_s_input_and_another_facade_goes_on(
    bot: Bot, api: Api, database_url: str, fake: FakeEngine
) -> None:
    await bot.begin(VISIT, Ask("after"))
    await bot.says("1000000002")
    await bot.presses("2")
    session = await bot.reads_session()
    assert session["step"]["input"]["answers"] == {"account": "1000000002", "reason": "term"}
    assert session["step"]["input"]["saved_by"] == "key:bot"

    settings = Settings(database_url=database_url, engine_url=URL, database_pool_size=2)
    other = create_app(settings, httpx.ASGITransport(fake))
    async with (
        other.router.lifespan_context(other),
        httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url="http://facade/api/v1") as client,
    ):
        path = f"/conversations/{bot.session}"
        headers = {"Authorization": "Bearer key-bot"}
        assert (await client.get(path, headers=headers)).json() == bot.turn
        body = {"text": "пропустить", "turn": bot.turn["id"]}
        assert (await client.post(f"{path}/turns", headers=headers, json=body)).json()["field"] == "note"


async def test_steps_that_ask_nothing_are_said_with_what_comes_next(bot: Bot) -> None:
    turn = await bot.begin(
        ask("hello", say("Добрый день!")), ask("rules", say("Разговор записывается.")), VISIT, End("x")
    )
    assert turn["prompt"]["text"].split("\n")[:2] == ["Добрый день!", "Разговор записывается."]
    assert turn["field"] == "account"
    assert (await bot.looks())["prompt"] == turn["prompt"]
    assert [data["key"] for data in await bot.history("answer_given")] == ["hello", "rules"]


async def test_last_words_come_with_the_end(bot: Bot) -> None:
    turn = await bot.begin(ask("hello", say("Добрый день!")), ask("bye", say("Всего доброго, {{name}}!")), End("over"))
    assert (turn["state"], turn["expects"], turn["options"]) == ("ended", "nothing", [])
    assert turn["prompt"]["text"] == "Добрый день!\nВсего доброго, !"
    assert turn["result"]["end"] == "over"
    assert await bot.looks() == turn


async def test_a_hidden_field_is_not_asked_for(bot: Bot) -> None:
    paid = {"type": "checkbox", "key": "paid", "label": "Вы уже оплатили?"}
    amount = {"type": "number", "key": "amount", "label": "Сколько", "conditional": {"hide": "=paid != true"}}
    await bot.begin(ask("payment", paid, amount), Ask("after"))
    assert bot.turn["expects"] == "yes_no"
    assert [option["value"] for option in bot.turn["options"]] == [True, False]
    turn = await bot.says("нет")
    assert turn["step"] != "payment"

    await bot.begin(ask("payment", paid, amount), Ask("after"))
    assert (await bot.says("ага"))["field"] == "amount"


async def test_what_a_field_holds_already_can_be_kept(bot: Bot) -> None:
    await bot.begin(ask("check", ACCOUNT, REASON), Ask("after"), variables={"account": "1000000001"})
    assert "Сейчас: 1000000001." in bot.text
    assert (await bot.says("оставить"))["field"] == "reason"
    assert (await bot.reads_session())["step"]["input"]["answers"] == {"account": "1000000001"}


@pytest.mark.parametrize(
    ("component", "said", "answer"),
    [
        ({"type": "number", "key": "x", "decimalDigits": 0}, "двадцать пять", 25),
        ({"type": "number", "key": "x"}, "полтора", 1.5),
        ({"type": "number", "key": "x", "decimalDigits": 0, "properties": {"field": "money"}}, "сто рублей", 10_000),
        ({"type": "number", "key": "x", "properties": {"count": "days"}}, "послезавтра", 2),
        ({"type": "textfield", "key": "x", "properties": {"field": "phone"}}, "8 916 123-45-67", "+79161234567"),
        ({"type": "textfield", "key": "x", "label": "Имя"}, "Анна\0 Сергеевна", "Анна Сергеевна"),
        ({"type": "checkbox", "key": "x"}, "конечно", True),
        ({"type": "datetime", "subtype": "time", "key": "x", "timeLabel": "Время"}, "пять вечера", "17:00"),
        (
            {
                "type": "checklist",
                "key": "x",
                "values": [{"label": name, "value": name} for name in ("Кино", "ТВ", "Связь")],
            },
            "первый и третий",
            ["Кино", "Связь"],
        ),
        ({"type": "select", "key": "x", "valuesKey": "offered"}, "вторая", "b"),
    ],
)
async def test_answers_become_values_of_their_fields(
    bot: Bot, component: dict[str, object], said: str, answer: object
) -> None:
    offered = [{"label": "Первая", "value": "a"}, {"label": "Вторая", "value": "b"}]
    await bot.begin(ask("one", component), Ask("after"), variables={"offered": offered})
    await bot.says(said)
    [given, *_] = await bot.history("answer_given")
    assert given["answers"] == {"x": answer}


async def test_in_english_the_form_s_english_texts_are_spoken(bot: Bot) -> None:
    english = {
        **REASON,
        "properties": {"label_en": "Reason", "value_sum_en": "The sum", "value_term_en": "The term", "ask_en": "Why?"},
    }
    turn = await bot.begin(
        ask("why", say("Жаль.", properties={"text_en": "A pity."}), english), Ask("after"), locale="en"
    )
    assert turn["prompt"]["text"] == "A pity.\nWhy?\n1 — The sum\n2 — The term"
    assert 'xml:lang="en-US"' in turn["prompt"]["speech"]
    assert (await bot.says("the second one"))["state"] == "ended"


async def test_nothing_that_is_said_can_be_markup_in_the_speech(bot: Bot) -> None:
    name = "<break time='9s'/></p></speak>&#x27; & \u202e🙂"
    turn = await bot.begin(VISIT, Ask("after"), variables={"name": name})
    assert "&lt;break" in turn["prompt"]["speech"]
    await bot.says("1000000002")
    await bot.says("<speak>")
    assert bot.turn["attempts_left"] == 2


async def test_sums_dates_and_accounts_are_spoken_as_such(bot: Bot) -> None:
    text = "На счёте 1000000001 долг 125,50 ₽, оплатите до {{due}} по телефону +7 916 123-45-67."
    turn = await bot.begin(ask("tell", say(text), NOTE), Ask("after"), variables={"due": "30.11.2026"})
    assert turn["prompt"]["text"].startswith(text.replace("{{due}}", "30.11.2026"))
    for spoken in (
        '<say-as interpret-as="characters">1000000001</say-as>',
        '<say-as interpret-as="cardinal">125</say-as> рублей <say-as interpret-as="cardinal">50</say-as> копеек',
        '<say-as interpret-as="date" format="dmy">30.11.2026</say-as>',
        '<say-as interpret-as="telephone">+79161234567</say-as>',
    ):
        assert spoken in turn["prompt"]["speech"]
