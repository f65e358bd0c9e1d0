from typing import Any

import pytest

from feel import Evaluator
from player_api.forms.answers import AnswerChecker
from player_api.forms.errors import AnswersInvalid
from player_api.forms.form import parse_form
from player_api.forms.sentences import Sentences

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
        ({"type": "textfield"}, "nul\0", "Не длиннее"),
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
