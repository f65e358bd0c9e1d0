"""Conditions and expressions of forms mean what they mean in form-js."""

from collections.abc import Iterator

import pytest
from pydantic import JsonValue

from feel import Evaluator, FeelError, Limits
from feel.bundle import build


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    build()
    with Evaluator(Limits(seconds=1)) as evaluator:
        yield evaluator


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("x > 5", True),
        ("missing > 5", True),
        ("missing", True),
        ('x = "a"', True),
        ("x > 6", False),
        ("text", False),
        ("list", False),
        ("list[1]", False),
        ("yes", True),
        ("not(yes)", False),
        ("not(no)", True),
        ("-", True),
        ("if if (", None),
    ],
)
async def test_a_condition_is_a_unary_test(evaluator: Evaluator, condition: str, holds: bool | None) -> None:
    context: dict[str, JsonValue] = {"x": 6, "text": "a", "list": ["a"], "yes": True, "no": False}
    assert await evaluator.lenient({}, {"it": condition}).evaluate(context) == {"it": holds}


async def test_what_can_not_be_evaluated_is_null_and_harms_nothing_else(evaluator: Evaluator) -> None:
    expressions = evaluator.lenient({"broken": "1 +", "plain": "x", "full": "x * 2"}, {"shown": "x = 1"})
    assert await expressions.evaluate({"x": 2}) == {"broken": None, "plain": 2, "full": 4, "shown": False}


async def test_what_takes_too_long_is_an_error(evaluator: Evaluator) -> None:
    endless = evaluator.lenient({"it": "count(for a in 1..9999, b in 1..9999 return a)"}, {})
    with pytest.raises(FeelError, match=r"takes (longer|more)"):
        await endless.evaluate({})


@pytest.mark.parametrize(("pattern", "text", "found"), [("^.$", "ё", True), (r"(a)\1", "ab", False)])
async def test_patterns_are_javascripts(evaluator: Evaluator, pattern: str, text: str, found: bool) -> None:
    assert await evaluator.matches(pattern, text) is found


@pytest.mark.parametrize("pattern", ["(", "^(a+)+$"])
async def test_a_pattern_that_is_none_or_takes_too_long_is_an_error(evaluator: Evaluator, pattern: str) -> None:
    with pytest.raises(FeelError):
        await evaluator.matches(pattern, "a" * 50 + "!")
