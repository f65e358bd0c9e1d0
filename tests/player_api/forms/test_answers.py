from typing import Any

import pytest

from feel import Evaluator
from player_api.forms.answers import AnswerChecker
from player_api.forms.errors import AnswersInvalid, FormUnsupported
from player_api.forms.parsing import parse_form
from player_api.forms.sentences import Sentences

Json = dict[str, Any]
OFFERS = [{"label": "300 ₽", "value": "sum_300"}, {"label": "500 ₽", "value": "sum_500"}]
DATA = {"offers": OFFERS}
CHECKER = AnswerChecker(Evaluator())


async def _check(field: dict[str, Any], answer: Any, locale: str = "ru") -> Any:
    form = parse_form({"components": [{"key": "f", **field}]})
    return (await CHECKER.check(form, {"f": answer}, DATA, Sentences(locale)))["f"]


@pytest.mark.parametrize(
    ("field", "answer", "accepted"),
    [
        ({"type": "textfield"}, "Анна", "Анна"),
        ({"type": "textfield"}, "", None),
        ({"type": "textfield"}, None, None),
        ({"type": "textarea", "validate": {"minLength": 2, "maxLength": 3}}, "абв", "абв"),
        ({"type": "textfield", "validate": {"pattern": "^[0-9]{10}$"}}, "0123456789", "0123456789"),
        ({"type": "number", "decimalDigits": 0}, 5.0, 5),
        ({"type": "number"}, 1.5, 1.5),
        ({"type": "number", "validate": {"min": 0, "max": 30}}, 30, 30),
        ({"type": "checkbox"}, None, False),
        ({"type": "checkbox", "validate": {"required": True}}, True, True),
        ({"type": "radio", "valuesKey": "offers"}, "sum_500", "sum_500"),
        ({"type": "select", "values": [{"label": "да", "value": True}]}, True, True),
        ({"type": "checklist", "valuesKey": "offers"}, ["sum_300", "sum_500"], ["sum_300", "sum_500"]),
        ({"type": "taglist", "valuesKey": "offers"}, [], None),
        ({"type": "datetime"}, "2026-11-23", "2026-11-23"),
        ({"type": "datetime"}, "10:30", "10:30"),
    ],
)
async def test_what_fits_is_accepted(field: dict[str, Any], answer: Any, accepted: Any) -> None:
    value = await _check(field, answer)
    assert value == accepted
    assert type(value) is type(accepted)


@pytest.mark.parametrize(
    ("field", "answer", "said"),
    [
        ({"type": "textfield", "validate": {"required": True}}, "", "Заполните"),
        ({"type": "checkbox", "validate": {"required": True}}, False, "Заполните"),
        ({"type": "textfield"}, 5, "Нужен текст"),
        ({"type": "textfield"}, "x" * 4001, "Не длиннее 4000"),
        ({"type": "textfield"}, "nul\0", "Нужен текст"),
        ({"type": "textfield", "validate": {"minLength": 3}}, "аб", "Не короче 3"),
        ({"type": "textfield", "validate": {"pattern": "^a$"}}, "b", "не подходит"),
        ({"type": "textfield", "validate": {"pattern": "^a$", "patternErrorMessage": "Только a"}}, "b", "Только a"),
        ({"type": "number"}, "5", "Нужно число"),
        ({"type": "number"}, True, "Нужно число"),
        ({"type": "number", "decimalDigits": 0}, 1.5, "целое"),
        ({"type": "number", "validate": {"min": 1}}, 0, "Не меньше 1"),
        ({"type": "number", "validate": {"max": 1}}, 2, "Не больше 1"),
        ({"type": "radio", "valuesKey": "offers"}, "sum_9", "Такого варианта нет"),
        ({"type": "radio", "valuesKey": "nothing"}, "sum_300", "Такого варианта нет"),
        ({"type": "radio", "valuesKey": "offers"}, {"value": "sum_300"}, "Такого варианта нет"),
        ({"type": "checklist", "valuesKey": "offers"}, ["sum_300", "x"], "Такого варианта нет"),
        ({"type": "checklist", "valuesKey": "offers"}, "sum_300", "Нужен список"),
        ({"type": "checkbox"}, "да", "«да» или «нет»"),
        ({"type": "datetime"}, "завтра", "дата"),
    ],
)
async def test_what_does_not_fit_is_said(field: dict[str, Any], answer: Any, said: str) -> None:
    with pytest.raises(AnswersInvalid) as refused:
        await _check(field, answer)
    assert any(said in sentence for sentence in refused.value.by_field["f"])


async def test_it_is_said_in_english_to_who_speaks_it() -> None:
    with pytest.raises(AnswersInvalid) as refused:
        await _check({"type": "number"}, "5", locale="en-GB")
    assert refused.value.by_field == {"f": ["A number is needed."]}


async def test_unknown_and_read_only_fields_are_dropped() -> None:
    form = parse_form({"components": [{"type": "textfield", "key": "shown", "readonly": True}]})
    assert await CHECKER.check(form, {"shown": "changed", "unknown": 1}, {}, Sentences("ru")) == {}


ROWS = {
    "type": "dynamiclist",
    "path": "items",
    "isRepeating": True,
    "allowAddRemove": True,
    "components": [
        {"type": "textfield", "key": "name", "readonly": True},
        {"type": "number", "key": "sum", "validate": {"required": True}},
    ],
}
FIXED_ROWS = {**ROWS, "allowAddRemove": False}
HELD = {"items": [{"name": "a", "secret": 1}, {"name": "b"}]}


@pytest.mark.parametrize(
    ("component", "answers", "complaints"),
    [
        (ROWS, {"items": [{"sum": 1}] * 101}, {"items": ["Не больше 100 строк."]}),
        (ROWS, {"items": "a"}, {"items": ["Нужен список значений."]}),
        (ROWS, {"items": [1]}, {"items": ["Нужен список значений."]}),
        (ROWS, {"items": [{"sum": 1}, {}]}, {"items.1.sum": ["Заполните это поле."]}),
        (FIXED_ROWS, {"items": [{"sum": 1}]}, {"items": ["Строк должно быть 2."]}),
        ({"type": "number", "key": "f"}, {"f": float("inf")}, {"f": ["Нужно число."]}),
        ({"type": "number", "key": "f"}, {"f": float("nan")}, {"f": ["Нужно число."]}),
        ({"type": "number", "key": "f"}, {"f": 2**63}, {"f": ["Не больше 9223372036854775807."]}),
        ({"type": "textfield", "key": "f"}, {"f": "\ud800"}, {"f": ["Нужен текст."]}),
        ({"type": "taglist", "key": "f", "values": []}, {"f": ["x"] * 1001}, {"f": ["Нужен список значений."]}),
        (
            {"type": "textfield", "key": "a.b", "validate": {"required": True}},
            {"a": 5},
            {"a.b": ["Заполните это поле."]},
        ),
        (
            {"type": "datetime", "key": "f", "disallowPassedDates": True},
            {"f": "2020-01-01"},
            {"f": ["Эта дата уже прошла."]},
        ),
        ({"type": "datetime", "key": "f", "subtype": "date"}, {"f": "2026-02-30"}, {"f": ["Нужна дата или время."]}),
        ({"type": "datetime", "key": "f", "subtype": "time"}, {"f": "25:00"}, {"f": ["Нужна дата или время."]}),
        (
            {"type": "datetime", "key": "f", "subtype": "datetime"},
            {"f": "2026-02-03"},
            {"f": ["Нужна дата или время."]},
        ),
    ],
)
async def test_what_no_player_could_send_is_refused(component: Json, answers: Json, complaints: Json) -> None:
    with pytest.raises(AnswersInvalid) as refused:
        await CHECKER.check(parse_form({"components": [component]}), answers, HELD, Sentences("ru"))
    assert refused.value.by_field == complaints


async def test_rows_keep_what_nobody_may_change_in_them_and_drop_what_the_form_does_not_have() -> None:
    answers = {"items": [{"name": "b", "sum": 2}, {"name": "forged", "sum": 3, "more": 4}]}
    outputs = await CHECKER.check(parse_form({"components": [ROWS]}), answers, HELD, Sentences("ru"))
    assert outputs == {"items": [{"name": "b", "sum": 2}, {"name": None, "sum": 3}]}


@pytest.mark.parametrize(
    ("data", "answers", "kept"),
    [
        ({"closed": True, "f": "old"}, {"closed": True, "f": "new"}, "old"),
        ({"closed": True, "f": "old"}, {"closed": False, "f": "new"}, "new"),
        ({"closed": False, "f": "old"}, {"closed": True, "f": "new"}, "new"),
    ],
)
async def test_what_a_condition_locks_from_the_beginning_to_the_end_stays(data: Json, answers: Json, kept: str) -> None:
    form = parse_form(
        {
            "components": [
                {"type": "checkbox", "key": "closed"},
                {"type": "textfield", "key": "f", "readonly": "=closed"},
            ]
        }
    )
    outputs = await CHECKER.check(form, answers, data, Sentences("ru"))
    assert {"f": "old", **outputs}["f"] == kept


async def test_a_pattern_that_would_never_come_to_an_end_refuses() -> None:
    field = {"type": "textfield", "validate": {"pattern": r"^(?=(a+)+$)b"}}
    with pytest.raises(AnswersInvalid):
        await _check(field, "a" * 40 + "!")


async def test_an_expression_that_would_never_come_to_an_end_is_the_authors_fault() -> None:
    hide = "=count(for a in 1..9999, b in 1..9999 return a) > 1"
    with pytest.raises(FormUnsupported, match=r"takes (longer|more)"):
        await _check({"type": "textfield", "conditional": {"hide": hide}}, "x")


@pytest.mark.parametrize(
    "components",
    [
        [{"type": "textfield", "key": "a"}, {"type": "number", "key": "a"}],
        [{"type": "textfield", "key": "a"}, {"type": "number", "key": "a.b"}],
        [ROWS, {"type": "textfield", "key": "items"}],
        [
            {"type": "group", "path": "a", "components": [{"type": "textfield", "key": "b"}]},
            {"type": "number", "key": "a.b"},
        ],
    ],
)
def test_two_components_for_the_same_data_are_refused(components: list[Json]) -> None:
    with pytest.raises(FormUnsupported, match="two components are bound"):
        parse_form({"components": components})


@pytest.mark.parametrize("answers", [{"customer": {"name": "Анна"}}, {"customer.name": "Анна"}])
async def test_nested_data_may_be_answered_under_the_whole_key(answers: Json) -> None:
    form = parse_form({"components": [{"type": "textfield", "key": "customer.name"}]})
    assert await CHECKER.check(form, answers, {}, Sentences("ru")) == {"customer": {"name": "Анна"}}
