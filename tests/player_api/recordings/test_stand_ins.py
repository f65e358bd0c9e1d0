"""What a recording shows in place of values."""

import random
import re
from typing import Any

import pytest

from player_api.recordings.stand_ins import StandIns


def stand_ins() -> StandIns:
    return StandIns({"account", "phone"}, {"kind", "slots"}, random.SystemRandom())


@pytest.mark.parametrize(
    "values",
    [
        {"debt": 12550, "rate": 1.5, "known": True, "nothing": None},
        {"until": "2026-11-30", "at": "2026-11-30T09:00:00+03:00", "time": "2026-11-30T09:00:00.000Z"},
        {"state": "blocked_for_debt", "code": "ACCOUNT_NOT_FOUND", "model": "router.v2"},
        {"kind": "Особый тариф"},
        {"slots": [{"value": "Утро 9"}]},
        {"empty": ""},
    ],
)
def test_what_a_script_may_go_by_stays(values: dict[str, Any]) -> None:
    assert stand_ins().instead(values) == values


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        ({"account": "1000000001"}, r"100000000[1-9]"),
        ({"phone": "+79161234567"}, r"\+7\d{10}"),
        ({"who": "Анна-Мария O'Neil 3"}, r"[А-Я][а-я]{3}-[А-Я][а-я]{4} [A-Z]'[A-Z][a-z]{3} 3"),
        ({"mail": "a.b@example.com"}, r"[a-z]\.[a-z]@[a-z]{7}\.[a-z]{3}"),
    ],
)
def test_texts_keep_their_shape(values: dict[str, str], shape: str) -> None:
    [(name, given)] = values.items()
    instead = stand_ins().instead(values)[name]
    assert isinstance(instead, str)
    assert re.fullmatch(shape, instead)
    assert instead != given


def test_the_same_has_the_same_stand_in_wherever_it_stands() -> None:
    replacing = stand_ins()
    replacing.know({"phone": "+79161234567", "account": 1234512345})
    shown = replacing.instead({"phone": "+79161234567", "called": ["+79161234567"], "kind": "звонок +79161234567"})
    assert shown["called"] == [shown["phone"]]
    assert shown["kind"] == f"звонок {shown['phone']}"
    assert "9161234567" not in str(shown)
    assert replacing.instead({"other": 1234512345})["other"] == replacing.instead({"account": 1234512345})["account"]


def test_a_stand_in_is_never_the_text_itself() -> None:
    assert all(stand_ins().instead({"account": "12"})["account"] != "12" for _ in range(200))


def test_personal_data_is_replaced_even_where_the_script_decides_by_it() -> None:
    replacing = StandIns({"kind"}, {"kind"}, random.SystemRandom())
    assert replacing.instead({"kind": "vip"})["kind"] != "vip"
    assert replacing.instead({"list": [{"kind": "vip", "sum": 5}]}) == {
        "list": [{"kind": replacing.instead({"kind": "vip"})["kind"], "sum": 5}]
    }


def test_choices_keep_their_values_and_not_their_labels() -> None:
    [choice] = stand_ins().instead({"slots": [{"value": "Утро 9", "label": "улица Гагарина"}]}).values()
    assert re.fullmatch(r"\[\{'value': 'Утро 9', 'label': '[а-я]{5} [А-Я][а-я]{7}'\}\]", str(choice))
    assert "улица" not in str(choice)
