import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import VariableInvalid
from engine.variables import DEEPEST_JSON, LONGEST_STRING, Opaque, Value, decode, encode, nested_within


def _nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "kind", "wire"),
    [
        (None, "Null", None),
        (True, "Boolean", True),
        (2**31 - 1, "Integer", 2**31 - 1),
        (2**31, "Long", 2**31),
        (-(2**31), "Integer", -(2**31)),
        (-(2**63), "Long", -(2**63)),
        (0.1, "Double", 0.1),
        ("я" * LONGEST_STRING, "String", "я" * LONGEST_STRING),
        (datetime(2026, 1, 2, 3, 4, 5, 678999, UTC), "Date", "2026-01-02T03:04:05.678+0000"),
        (datetime(2026, 1, 2, 3, 4, 5, 0, timezone(timedelta(hours=3))), "Date", "2026-01-02T00:04:05.000+0000"),
        ({"имя": ["Иван", 1]}, "Json", '{"имя":["Иван",1]}'),
        ([], "Json", "[]"),
    ],
)
def test_each_type_has_its_wire_form(value: Value, kind: str, wire: object) -> None:
    assert encode({"name": value}) == {"name": {"type": kind, "value": wire}}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (2**63, "beyond 64 bits"),
        (-(2**63) - 1, "beyond 64 bits"),
        (math.nan, "finite"),
        (math.inf, "finite"),
        ("я" * (LONGEST_STRING + 1), "longer than 4000"),
        ("a\0b", "NUL"),
        ("\ud800", "surrogate"),
        (datetime(2026, 1, 1), "time zone"),  # noqa: DTZ001
        (_nested(DEEPEST_JSON + 1), "deeper than 100"),
        (_nested(5000), "deeper than 100"),
        ({"a": math.nan}, "JSON cannot"),
        ({"a": object()}, "JSON cannot"),
        ({"a": "\ud800"}, "surrogate"),
        ({"a": "я" * 524_288}, "larger than"),
        (Opaque("File"), "type Opaque"),
        (b"bytes", "type bytes"),
        ({1, 2}, "type set"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() and "\0" not in value else None,
)
def test_what_the_engine_cannot_hold_is_refused_by_name(value: Any, reason: str) -> None:
    with pytest.raises(VariableInvalid, match=reason) as refused:
        encode({"fine": 1, "сумма": value})
    assert refused.value.name == "сумма"
    assert "сумма" in str(refused.value)


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(VariableInvalid) as refused:
        encode({"card": "4111" * 2000})
    assert "4111" not in str(refused.value)


@pytest.mark.parametrize("name", ["", "n" * 256, "a\0b"])
def test_a_name_that_the_engine_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(VariableInvalid, match="name"):
        encode({name: 1})


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        ({"type": "Short", "value": 7}, 7),
        ({"type": "Double", "value": "NaN"}, "NaN"),
        ({"type": "Date", "value": None}, None),
        ({"type": "Date", "value": "2026-01-02T03:04:05.678+0300"}, datetime(2026, 1, 2, 0, 4, 5, 678000, UTC)),
        ({"type": "Date", "value": "+12026-01-02T03:04:05.678+0000"}, Opaque("Date", "out of range")),
        ({"type": "Json", "value": None}, None),
        ({"type": "Json", "value": "{oops"}, Opaque("Json", "malformed JSON")),
        ({"type": "Json", "value": "[" * 100_000}, Opaque("Json", "malformed JSON")),
        ({"type": "Json", "value": "[" * 101 + "]" * 101}, Opaque("Json", "nested too deep")),
        ({"type": "Json", "value": {"nodeType": "OBJECT"}}, Opaque("Json", "deserialised by the engine")),
        ({"type": "Object", "value": "x", "valueInfo": {"objectTypeName": "a.B"}}, Opaque("Object", "a.B")),
        ({"type": "Xml", "value": "<a/>", "valueInfo": {}}, Opaque("Xml")),
        ({"type": "File", "value": None, "valueInfo": {"filename": "a"}}, Opaque("File")),
    ],
)
def test_every_value_is_read_or_marked(wire: dict[str, Any], value: Value) -> None:
    assert decode({"name": wire}) == {"name": value}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(min_size=1, max_size=20), _JSON))
def test_json_values_come_back_as_they_went_or_are_refused(variables: dict[str, Any]) -> None:
    try:
        wire = encode(variables)
    except VariableInvalid as refused:
        assert refused.name in variables  # noqa: PT017
    else:
        assert decode(wire) == variables


@pytest.mark.parametrize(("value", "levels"), [(1, 0), ([], 1), ({}, 1), ({"a": [1]}, 2), ([[], [[]]], 3)])
def test_levels_are_counted(value: object, levels: int) -> None:
    assert nested_within(value, levels)
    assert levels == 0 or not nested_within(value, levels - 1)
