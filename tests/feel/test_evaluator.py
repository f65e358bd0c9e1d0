"""The whole language: the table of cases in the interpreter, its limits, and errors that name their place."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from feel import BundleError, Evaluator, FeelError, Limits
from feel.bundle import build, read_bundle
from feel.isolate import Isolate

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
CONTEXT = TABLE["context"]
SMALL = Limits(seconds=1, memory_bytes=64 * 2**20, context_bytes=10_000, value_bytes=10_000)


@pytest.fixture(scope="module")
def bundle() -> str:
    build()
    return read_bundle()


@pytest.fixture(scope="module")
def isolate(bundle: str) -> Iterator[Isolate]:
    isolate = Isolate(bundle, Limits())
    yield isolate
    isolate.close()


@pytest.fixture(scope="module")
def evaluator(bundle: str) -> Iterator[Evaluator]:
    with Evaluator(SMALL, lambda: bundle) as evaluator:
        yield evaluator


async def value(evaluator: Evaluator, expression: str) -> object:
    return (await evaluator.prepare({"it": expression}).evaluate(CONTEXT))["it"]


@pytest.mark.parametrize(("expression", "expected"), TABLE["plain"] + TABLE["full"])
async def test_the_interpreter_agrees_with_the_table(isolate: Isolate, expression: str, expected: object) -> None:
    found = (await isolate.evaluate({"it": expression}, CONTEXT))["it"]
    assert found.error is None
    assert found.value == expected
    assert isinstance(found.value, bool) == isinstance(expected, bool)


@pytest.mark.parametrize(("expression", "expected"), TABLE["full"])
async def test_the_evaluator_chooses_the_interpreter_by_itself(
    evaluator: Evaluator, expression: str, expected: object
) -> None:
    assert await value(evaluator, expression) == expected


async def test_values_that_are_not_plain_go_to_the_interpreter(evaluator: Evaluator) -> None:
    assert await value(evaluator, "response.items = response.items") is True
    assert await value(evaluator, "status[1]") == 404


@pytest.mark.parametrize(
    ("expression", "reason", "position"),
    [
        ("status +", "Incomplete <ArithmeticExpression>", 8),
        ("status = ", "Incomplete <Comparison>", 9),
        ("response.", "Incomplete <PathExpression>", 9),
        ("if x then 1", "Incomplete <IfExpression>", 11),
        ("a.and", "Unrecognized token <and> in <PathExpression>", 2),
        ("", "", 0),
    ],
)
def test_an_unreadable_expression_is_told_with_its_place(
    evaluator: Evaluator, expression: str, reason: str, position: int
) -> None:
    with pytest.raises(FeelError) as caught:
        evaluator.check(expression)
    assert caught.value.position == position
    assert caught.value.expression == expression
    assert reason in caught.value.reason
    assert f"at character {position + 1}" in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("[1..5]", "gives a range"),
        ("function(x) x", "gives something that is no value"),
        ("true > false", "unsupported range"),
        ("(function(f) f(f))(function(f) f(f))", "Maximum call stack size exceeded"),
    ],
)
async def test_what_has_no_value_is_an_error(evaluator: Evaluator, expression: str, reason: str) -> None:
    expressions = evaluator.prepare({"it": expression})
    with pytest.raises(FeelError, match=reason):
        await expressions.evaluate(CONTEXT)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("count(for a in 1..x * 10000, b in 1..10000 return null)", "takes longer than 1 s|takes more than"),
        ("for i in 1..x * 100000000 return i", "takes longer than 1 s|takes more than"),
        ('for i in 1..x * 3000 return "some text"', "gives more than 10000 bytes"),
    ],
)
async def test_a_hostile_expression_is_stopped_and_the_next_one_works(
    evaluator: Evaluator, expression: str, reason: str
) -> None:
    expressions = evaluator.prepare({"it": expression})
    with pytest.raises(FeelError, match=reason):
        await expressions.evaluate(CONTEXT)
    assert await value(evaluator, "x + 1") == 2


async def test_memory_is_bounded(bundle: str) -> None:
    with Evaluator(Limits(seconds=20, memory_bytes=64 * 2**20), lambda: bundle) as evaluator:
        expressions = evaluator.prepare({"it": "for i in 1..x * 100000000 return i"})
        with pytest.raises(FeelError, match="takes more than 67108864 bytes of memory"):
            await expressions.evaluate(CONTEXT)
        assert await value(evaluator, "x + 1") == 2


async def test_a_context_is_bounded(evaluator: Evaluator) -> None:
    with pytest.raises(FeelError, match="larger than 10000 bytes"):
        await evaluator.prepare({"it": "x + 1"}).evaluate({"x": "я" * 20_000})


async def test_evaluations_take_turns_and_each_has_its_own_time(evaluator: Evaluator) -> None:
    slow = evaluator.prepare({"it": "count(for a in 1..x * 10000, b in 1..10000 return null)"})
    results = await asyncio.gather(
        slow.evaluate(CONTEXT), *(value(evaluator, f"x + {number}") for number in range(5)), return_exceptions=True
    )
    assert isinstance(results[0], FeelError)
    assert results[1:] == [1, 2, 3, 4, 5]


async def test_no_interpreter_is_needed_for_plain_expressions(tmp_path: Path) -> None:
    def missing() -> str:
        raise BundleError("not built")

    evaluator = Evaluator(bundle=missing)
    assert await value(evaluator, "status") == 404
    with pytest.raises(BundleError):
        evaluator.check("status + 1")


def test_closing_ends_the_thread(bundle: str) -> None:
    before = threading.active_count()
    with Evaluator(bundle=lambda: bundle) as evaluator:
        evaluator.check("1 + 1")
        assert threading.active_count() > before
    assert threading.active_count() == before
