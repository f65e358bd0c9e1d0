"""Declarations of functions whose answer comes later."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import JsonValue

from functions.context import Context
from functions.invocation import Invocation
from functions.outcome import Ending, Outputs, Succeeded
from functions.pins import Pin
from functions.policies.effects import RecordedEffect
from functions.source import Source
from tests.functions.declared import CONTEXT, declared, loaded, source
from tests.functions.shared_in_memory import EffectsInMemory

LATER: dict[str, Any] = {"answer": {"callback": {"within": "60s"}}}
READ = source(name="billing.read")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cache": {"ttl": "60s"}}, "a function with a later answer has none"),
        ({"answer": {"callback": {"within": "10ms"}}}, "an answer is waited for between 1s and 7d"),
        ({"answer": {"callback": {}}}, "within"),
        ({"answer": {"message": {}}}, "message"),
        ({"inputs": [{"name": "callback_url", "type": "string"}]}, "input callback_url is declared twice"),
        (
            {"system": None, "call": {"group": {"functions": {"read": "billing.read"}}}},
            "a group has its answers at once",
        ),
    ],
)
def test_what_an_order_can_not_be(fields: dict[str, Any], said: str) -> None:
    mistakes = loaded(source(**{**LATER, **fields}), READ).mistakes
    assert any(said in mistake.sentence for mistake in mistakes), mistakes


@pytest.mark.parametrize(
    "call",
    [
        {"http": {"method": "POST", "path": "/orders/{callback_url}"}},
        {"http": {"method": "POST", "path": "/orders", "body": {"to": "callback_url"}}},
    ],
)
def test_the_call_of_an_order_knows_where_its_answer_goes(call: dict[str, Any]) -> None:
    assert loaded(source(**LATER, call=call)).mistakes == ()


def test_no_other_call_does() -> None:
    [mistake] = loaded(source(call={"http": {"method": "GET", "path": "/{callback_url}"}})).mistakes
    assert "callback_url is no input" in mistake.sentence


def test_a_group_has_no_orders() -> None:
    group = source(name="billing.both", system=None, call={"group": {"functions": {"order": "billing.get_balance"}}})
    assert any("gives its answer later" in mistake.sentence for mistake in loaded(source(**LATER), group).mistakes)


def test_that_the_answer_comes_later_is_a_part_of_the_contract_and_nothing_else_changes_by_it() -> None:
    now, later = declared(), declared(**LATER)
    assert now.contract.digest != later.contract.digest
    assert '"answer"' not in Pin.of(now, {}).text()


def test_a_release_that_orders_goes_on_ordering_when_the_function_has_a_cache_by_now() -> None:
    cached = declared(cache={"ttl": "60s"}, prefetch=True)
    pinned = Pin.of(declared(**LATER), {}).on(cached, {})
    assert pinned.answer is not None
    assert (pinned.cache, pinned.prefetch) == (None, False)


async def test_an_irreversible_order_stays_open_until_its_answer_so_that_a_second_run_asks() -> None:
    pay = declared(**LATER, effect="irreversible")
    made: list[str] = []

    async def order(invocation: Invocation) -> Outputs:
        made.append(invocation.context.task_id)
        return {}

    async def confirm(_inputs: Mapping[str, JsonValue], _context: Context) -> Ending:
        return Succeeded({"balance": 7})

    effect = RecordedEffect(pay, order, EffectsInMemory(), confirm)
    assert await effect(Invocation({}, CONTEXT)) == {}
    again = Invocation({}, CONTEXT)
    assert await effect(again) == {"balance": 7}
    assert again.source is Source.CONFIRMED
    assert made == ["t-1"]
