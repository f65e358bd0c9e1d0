"""Inputs are checked, never coerced and never shown."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.errors import Permanent
from functions.json_values import parse_json
from functions.values import InputReader
from tests.functions.declared import declared

CALL = {"http": {"method": "GET", "path": "/"}}


def read(one: dict[str, Any], variables: dict[str, object]) -> object:
    return InputReader(declared(inputs=[{"name": "it", **one}], call=CALL)).read(variables)["it"]


@pytest.mark.parametrize(
    ("one", "given", "value"),
    [
        ({"type": "string"}, "Йота", "Йота"),
        ({"type": "string", "pattern": "^[0-9]{3}$"}, "123", "123"),
        ({"type": "integer"}, 7, 7),
        ({"type": "integer"}, 7.0, 7),
        ({"type": "number"}, 0.5, 0.5),
        ({"type": "boolean"}, False, False),
        ({"type": "date"}, "2026-11-23", "2026-11-23"),
        ({"type": "date"}, datetime(2026, 11, 23, 12, tzinfo=UTC), "2026-11-23T12:00:00+00:00"),
        ({"type": "json"}, {"a": [1]}, {"a": [1]}),
        ({"type": "string"}, None, None),
    ],
)
def test_a_good_input(one: dict[str, Any], given: object, value: object) -> None:
    assert read(one, {"it": given}) == value
    assert read(one, {}) is None


@pytest.mark.parametrize(
    ("one", "given", "sentence"),
    [
        ({"type": "string"}, 1234567890, "input it is not a string"),
        ({"type": "integer"}, "7", "input it is not an integer"),
        ({"type": "integer"}, 7.5, "input it is not an integer"),
        ({"type": "integer"}, True, "input it is not an integer"),
        ({"type": "integer"}, float("inf"), "input it is not an integer"),
        ({"type": "number"}, True, "input it is not a number"),
        ({"type": "boolean"}, 1, "input it is not a boolean"),
        ({"type": "date"}, "tomorrow", "input it is not a date"),
        ({"type": "date"}, "20261123", "input it is not a date"),
        ({"type": "json"}, "{}", "input it is not a list or an object"),
        ({"type": "json"}, object(), "input it is missing"),
        ({"type": "string", "required": True}, None, "input it is missing"),
        ({"type": "string", "pattern": "^[0-9]{3}$"}, "123\n", "input it does not match its pattern"),
        ({"type": "string", "pattern": "^[0-9]{3}$"}, "secret", "input it does not match its pattern"),
        ({"type": "string", "pattern": "^(a+)+$"}, "a" * 5000 + "!", "input it does not match its pattern"),
    ],
)
def test_a_bad_input(one: dict[str, Any], given: object, sentence: str) -> None:
    with pytest.raises(Permanent) as caught:
        read(one, {"it": given})
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9007199254740992", 9007199254740992),
        ("9007199254740993", "9007199254740993"),
        ("-9007199254740993", "-9007199254740993"),
        ("[1, 2.5, null]", [1, 2.5, None]),
        ('"Ё"', "Ё"),
    ],
)
def test_json_is_exact(text: str, value: object) -> None:
    assert parse_json(text) == value


@pytest.mark.parametrize("text", ["", "{", "Infinity", "01", "'a'", "[" * 10**6, "1" * 5000])
def test_json_is_strict(text: str) -> None:
    with pytest.raises(ValueError, match=r"not JSON|nested too deeply"):
        parse_json(text)
