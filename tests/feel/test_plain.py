"""Plain expressions, by the shared table of cases."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from feel import Evaluator, FeelError
from feel.plain import compile_plain

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("expression", "value"), TABLE["plain"])
def test_value(expression: str, value: object) -> None:
    compiled = compile_plain(expression)
    assert compiled is not None
    found = compiled(TABLE["context"])
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


async def test_named_expressions_are_evaluated_together() -> None:
    expressions = Evaluator().prepare({"balance": "response.balance.amount", "refused": "status = 404"})
    assert await expressions.evaluate(TABLE["context"]) == {"balance": 5000, "refused": True}


def test_a_large_integer_keeps_its_last_digit() -> None:
    compiled = compile_plain("x.id")
    assert compiled is not None
    assert compiled({"x": {"id": 2**60 + 1}}) == 2**60 + 1


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "a.",
        ".a",
        "a b",
        "a +",
        "a = ",
        "= 1",
        "and",
        "a.and",
        "a[",
        "a[x]",
        "a[1.0]",
        "1e3",
        "a..b",
        "(a",
        "if",
        "1 = 1 = 1",
    ],
)
def test_is_not_plain(expression: str) -> None:
    assert compile_plain(expression) is None


def test_an_oversized_expression_is_refused() -> None:
    with pytest.raises(FeelError, match="longer than 4000 characters"):
        Evaluator().prepare({"x": "a" * 4001})
