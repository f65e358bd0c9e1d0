"""Several functions in one task: all at once, and defined when some fail."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from pydantic import JsonValue

from functions.calls.group import GroupCall, GroupCaller
from functions.calls.protocol import Answer, Request
from functions.context import Context
from functions.errors import BusinessError, FunctionError, Permanent, Transient
from functions.outcome import Ending, Failed, Refused, Succeeded
from tests.functions.declared import CONTEXT, loaded, source

GROUP = {"http": None, "group": {"functions": {"balance": "billing.get_balance", "tariff": "billing.get_tariff"}}}
MEMBERS = {"balance": "a.b", "tariff": "a.t"}


async def answer(endings: Mapping[str, Ending], *, partial: bool = False) -> Answer:
    together = asyncio.Barrier(len(endings))

    async def run(name: str, inputs: Mapping[str, JsonValue], context: Context) -> Ending:
        assert (inputs, context) == ({"account": "1"}, CONTEXT)
        await together.wait()
        return endings[name]

    caller = GroupCaller(GroupCall(functions=MEMBERS, partial=partial), run)
    return await caller(Request({"account": "1"}, CONTEXT, {}))


GOOD = Succeeded({"amount": 5})
DOWN = Failed("timeout", "a.t: too late", may_pass=True)
WRONG = Failed("400", "a.t: no", may_pass=False)
NO = Refused("NO", {"why": 1})


async def test_all_run_at_once_and_each_has_its_name() -> None:
    found = await answer({"a.b": GOOD, "a.t": Succeeded({"title": "Всё"})})
    assert found.response == {"balance": {"amount": 5}, "tariff": {"title": "Всё"}, "refused": {}, "failed": {}}


async def test_a_group_is_as_old_as_the_oldest_of_its_parts() -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert (await answer({"a.b": Succeeded({}, hour), "a.t": Succeeded({}, day)})).age == day
    assert (await answer({"a.b": Succeeded({}, hour), "a.t": DOWN}, partial=True)).age == hour
    assert (await answer({"a.b": GOOD, "a.t": GOOD})).age is None


@pytest.mark.parametrize(
    ("endings", "error"),
    [
        ({"a.b": GOOD, "a.t": DOWN}, Transient("timeout", "a.t: too late")),
        ({"a.b": GOOD, "a.t": WRONG}, Permanent("400", "a.t: no")),
        ({"a.b": NO, "a.t": WRONG}, BusinessError("NO", {"why": 1})),
        ({"a.b": DOWN, "a.t": NO}, Transient("timeout", "a.t: too late")),
    ],
)
async def test_the_first_that_did_not_succeed_decides(endings: dict[str, Ending], error: FunctionError) -> None:
    with pytest.raises(type(error)) as caught:
        await answer(endings)
    assert vars(caught.value) == vars(error)


async def test_a_partial_group_answers_whatever_becomes_of_its_functions() -> None:
    found = await answer({"a.b": NO, "a.t": DOWN}, partial=True)
    assert found.response == {
        "balance": None,
        "tariff": None,
        "refused": {"balance": "NO"},
        "failed": {"tariff": "timeout"},
    }


def group(**fields: Any) -> list[str]:
    tariff = source(name="billing.get_tariff")
    declared: dict[str, Any] = {
        "name": "billing.overview",
        "system": None,
        "call": {"group": GROUP["group"]},
        "outputs": {"balance": "response.balance.balance"},
        "errors": None,
    }
    return [mistake.sentence for mistake in loaded(source(), tariff, source(**{**declared, **fields})).mistakes]


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({}, []),
        ({"system": "billing"}, ["system: a group has no system: its functions have theirs"]),
        (
            {"inputs": []},
            [
                f"call.group.functions.{member}: {name} needs the input account, which the group does not have"
                for member, name in [("balance", "billing.get_balance"), ("tariff", "billing.get_tariff")]
            ],
        ),
        (
            {"call": {"group": {"functions": {"again": "billing.overview"}}}},
            ["call.group.functions.again: billing.overview is a group itself"],
        ),
        (
            {"call": {"group": {"functions": {"x": "billing.nothing"}}}},
            ["call.group.functions.x: there is no function billing.nothing"],
        ),
        ({"call": {"group": {"functions": {}}}}, ["call.group.functions: dictionary should have at least 1 item"]),
    ],
)
def test_a_group_is_checked_against_its_functions(fields: dict[str, Any], sentences: list[str]) -> None:
    found = group(**fields)
    assert len(found) == len(sentences)
    for sentence, expected in zip(sorted(found), sorted(sentences), strict=True):
        assert sentence.startswith(expected)
