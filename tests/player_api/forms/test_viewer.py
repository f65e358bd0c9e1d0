"""The server takes and refuses what form-js-viewer in a browser does: one table of forms and answers in both."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from feel import Evaluator
from player_api.forms.answers import AnswerChecker
from player_api.forms.errors import AnswersInvalid
from player_api.forms.parsing import parse_form
from player_api.forms.sentences import Sentences
from tests.player_api.forms.viewer import submitted

Case = dict[str, Any]
RULES: list[tuple[dict[str, Any], list[Any]]] = [
    ({"type": "textfield"}, ["", "a", " "]),
    ({"type": "textfield", "validate": {"required": True}}, ["", " ", "a"]),
    ({"type": "textarea", "validate": {"required": "no"}}, ["", "two\nlines"]),
    ({"type": "textarea", "validate": {"minLength": 3, "maxLength": 5}}, ["", "ab", "abc", " ab  ", "абвгд", "абвгде"]),
    ({"type": "textfield", "validate": {"minLength": "2", "maxLength": 2}}, ["a", "😀", "😀😀", "\u00a0a\ufeff", "ab"]),
    ({"type": "textfield", "validate": {"pattern": r"^\d{3}$"}}, ["123", "12", "١٢٣", "", "1234"]),
    ({"type": "textfield", "validate": {"pattern": "а+"}}, ["бабб", "ббб"]),
    ({"type": "textfield", "validate": {"pattern": r"^\S+$"}}, ["a\u00a0b", "ab", "a b"]),
    ({"type": "textfield", "validate": {"pattern": "^.$"}}, ["a", "😀", "ab"]),
    ({"type": "textfield", "validate": {"pattern": r"^(?=.*\d)(?!.*x).{3,}$"}}, ["ab1", "abc", "1xx"]),
    ({"type": "textfield", "validate": {"pattern": r"^(\w)\1$"}}, ["aa", "ab"]),
    ({"type": "textfield", "validate": {"pattern": r"^(?<a>[а-яё]+)\/$"}}, ["ёж/", "ёж"]),
    ({"type": "textfield", "validate": {"pattern": "a", "minLength": 3}}, ["b", "a", "aaa"]),
    ({"type": "textfield", "validate": {"min": 3}}, ["5", "2", "x"]),
    ({"type": "textfield", "validate": {"validationType": "email"}}, ["a@b.de", "a@", "x", ""]),
    ({"type": "textfield", "validate": {"validationType": "phone"}}, ["+4930664040900", "89991234567", "+79123456789"]),
    ({"type": "number"}, [None, 0, 1.5, -3, 1e20]),
    ({"type": "number", "validate": {"required": True}}, [None, 0]),
    ({"type": "number", "validate": {"min": 0, "max": 30}}, [-1, 0, 30, 30.5, None]),
    ({"type": "number", "validate": {"min": "1.5"}}, [1.4, 1.5]),
    ({"type": "number", "validate": {"min": "x"}}, [1]),
    ({"type": "number", "decimalDigits": 0}, [5, 5.5, 0]),
    ({"type": "number", "decimalDigits": 2}, [0.1, 0.12, 0.123, 1e-7]),
    ({"type": "number", "increment": 0.25}, [0, 0.5, 0.6, 100.75]),
    ({"type": "number", "increment": "5", "decimalDigits": 0}, [10, 12]),
    ({"type": "number", "serializeToString": True, "decimalDigits": 2}, ["5.10", "5.123", "99999999999999999.25", ""]),
    ({"type": "number", "serializeToString": True, "validate": {"max": 10}}, ["10.0000000000000000001", "10"]),
    ({"type": "checkbox"}, [True, False]),
    ({"type": "checkbox", "validate": {"required": True}}, [True, False]),
    ({"type": "radio", "values": [{"label": "a", "value": "a"}]}, ["a", "b", None]),
    ({"type": "select", "values": [{"label": "yes", "value": True}, {"label": "1", "value": 1}]}, [True, 1, "1"]),
    ({"type": "select", "values": [{"label": "o", "value": {"x": 1}}]}, [{"x": 1}]),
    ({"type": "checklist", "values": [{"label": "a", "value": "a"}, "b"], "validate": {"required": True}}, [[], ["b"]]),
    ({"type": "taglist", "values": [{"label": "a", "value": "a"}]}, [["a"], ["a", "x"], []]),
    ({"type": "datetime", "subtype": "date", "validate": {"required": True}}, ["2026-11-23", None]),
    ({"type": "datetime", "subtype": "time"}, ["10:30"]),
    ({"type": "datetime", "subtype": "datetime", "timeSerializingFormat": "no_timezone"}, ["2026-11-23T10:30"]),
    ({"type": "datetime", "subtype": "datetime", "timeSerializingFormat": "utc_normalized"}, ["2026-11-23T10:30Z"]),
]


def _cases() -> Iterator[Case]:
    for number, (component, answers) in enumerate(RULES):
        for answer in answers:
            schema = {"type": "default", "components": [{"key": "f", **component}]}
            yield {
                "name": f"{number} {component['type']} {answer!r}",
                "schema": schema,
                "data": {},
                "answers": {"f": answer},
            }
    table = Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8")
    for group in yaml.safe_load(table):
        for number, one in enumerate(group["tries"]):
            schema = {"type": "default", "components": group["components"]}
            yield {"name": f"{group['name']} {number}", "schema": schema, "data": {}, **one}


CASES = list(_cases())


@pytest.fixture(scope="module")
def in_the_viewer() -> dict[str, Case]:
    results = submitted([{name: case[name] for name in ("schema", "data", "answers")} for case in CASES])
    return {case["name"]: result for case, result in zip(CASES, results, strict=True)}


@pytest.fixture(scope="module")
def checker() -> Iterator[AnswerChecker]:
    with Evaluator() as evaluator:
        yield AnswerChecker(evaluator)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
async def test_the_server_does_what_the_viewer_does(
    checker: AnswerChecker, in_the_viewer: dict[str, Case], case: Case
) -> None:
    expected = in_the_viewer[case["name"]]
    assert "error" not in expected
    outputs, refused = await _checked(checker, case)
    assert refused == expected["refused"]
    given = {name: value for name, value in expected["data"].items() if case["data"].get(name) != value}
    assert refused or _bare({**case["data"], **outputs}) == _bare({**case["data"], **given})


async def _checked(checker: AnswerChecker, case: Case) -> tuple[Case, list[str]]:
    try:
        outputs = await checker.check(parse_form(case["schema"]), case["answers"], case["data"], Sentences("ru"))
    except AnswersInvalid as refused:
        return {}, sorted(refused.by_field)
    return outputs, []


def _bare(value: Any) -> Any:
    """Without what is empty: form-js has empty texts and lists where the engine gets null."""
    if isinstance(value, dict):
        return {name: bare for name, item in value.items() if (bare := _bare(item)) not in (None, "", [], {})}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return int(value) if isinstance(value, float) and math.isfinite(value) and value.is_integer() else value
