"""Answers in the words of their form."""

from typing import Any

import pytest

from player_api.forms.parsing import parse_form
from player_api.forms.told import told


def tell(component: dict[str, Any], answer: Any, variables: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    form = parse_form({"id": "f", "type": "default", "components": [{"id": "c", "key": "x", **component}]})
    return [one.model_dump(exclude_none=True) for one in told(form, {"x": answer}, variables or {})]


DAYS = [{"label": "Три дня", "label_en": "Three days", "value": 3}, {"label": "Пять", "value": 5}]


@pytest.mark.parametrize(
    ("component", "answer", "expected"),
    [
        ({"type": "textfield"}, "a", {"label": "x", "kind": "textfield"}),
        ({"type": "textfield", "label": "Имя"}, "a", {"label": "Имя", "kind": "textfield"}),
        (
            {"type": "textfield", "label": "Телефон", "properties": {"field": "phone", "label_en": "Phone"}},
            "+79001234567",
            {"label": "Телефон", "label_en": "Phone", "kind": "phone"},
        ),
        (
            {"type": "datetime", "subtype": "date", "dateLabel": "Когда"},
            "2026-12-01",
            {"label": "Когда", "kind": "date"},
        ),
        (
            {"type": "select", "values": DAYS, "properties": {"value_5_en": "Five"}},
            5,
            {"label": "x", "kind": "select", "chosen": ["Пять"], "chosen_en": ["Five"]},
        ),
        (
            {"type": "checklist", "valuesKey": "days"},
            [5, 3],
            {"label": "x", "kind": "checklist", "chosen": ["Пять", "Три дня"], "chosen_en": ["Пять", "Three days"]},
        ),
        ({"type": "select", "valuesExpression": "=days"}, 3, {"label": "x", "kind": "select"}),
        (
            {"type": "select", "label": "Долг", "values": DAYS, "properties": {"pii": "true"}},
            3,
            {"label": "Долг", "kind": "select"},
        ),
        ({"type": "textfield"}, "", None),
        ({"type": "checklist", "values": DAYS}, [], None),
        ({"type": "checkbox", "label": "Да"}, False, {"label": "Да", "kind": "checkbox"}),
    ],
)
def test_an_answer_is_told_by_labels(component: dict[str, Any], answer: Any, expected: dict[str, Any] | None) -> None:
    assert tell(component, answer, {"days": DAYS}) == ([] if expected is None else [{"key": "x", **expected}])


def test_an_answer_in_an_object_is_told_under_its_key() -> None:
    form = parse_form({"components": [{"id": "c", "type": "textfield", "key": "customer.name", "label": "Имя"}]})
    [one] = told(form, {"customer": {"name": "Анна"}}, {})
    assert (one.key, one.label) == ("customer.name", "Имя")
