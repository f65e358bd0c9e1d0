"""What a release has pinned goes on as it was; the policies are always those of the moment."""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feel import Evaluator
from functions.catalogue import Catalogue, load, sources_in
from functions.consistency import NOT_HAPPENED
from functions.declaration import Fallback, Function
from functions.outcome import Ending, Failed, Refused, Succeeded
from functions.pins import Pin
from functions.reading import Source
from functions.replacements import Replaced, Replacements
from functions.runner import Runner
from tests.functions.declared import ACCOUNT, CONTEXT, declared, loaded, runner, source
from tests.functions.raw_system import always, http, raw_system

SHIPPED = load(sources_in(Path(__file__).parents[2] / "functions" / "declared"), Evaluator()).sound().functions
BODY = {"account": {"id": "account", "note": None}, "fixed": [1, True]}
GROUP = {"http": None, "group": {"functions": {"money": "billing.get_balance"}}}
IRREVERSIBLE: dict[str, Any] = {"effect": "irreversible", "idempotency_header": "Key", "errors": None}
ANSWER = http(200, json.dumps({"balance": {"amount": 5, "currency": "RUB"}}).encode())


def pin_of(**fields: Any) -> Pin:
    function = declared(**fields)
    return Pin.of(function, {function.name: function})


def catalogue(*sources: Source) -> Catalogue:
    return loaded(*sources).sound()


def members(path: str) -> Mapping[str, Function]:
    group = source(name="billing.all", system=None, call=GROUP, outputs={"sum": "response.money.balance"}, errors=None)
    return catalogue(source(outputs={"balance": path}), group).functions


THEN, NOW = members("response.balance.amount"), members("response.balance.currency")
GROUP_PIN = Pin.of(THEN["billing.all"], THEN).text()


@pytest.mark.parametrize(
    "function",
    [
        *SHIPPED.values(),
        declared(inputs=[], outputs=None, errors=None, call={"http": {"method": "GET", "path": "/"}}),
        declared(call={"http": {"method": "POST", "path": "/{account}", "body": BODY}}),
        declared(call={"sql": {"statement": "select * from accounts where id = :account"}}),
        declared(errors=[{"when": 'status = 404 and response.code = "Ы"', "bpmn_error": "X", "outputs": {"a": "1"}}]),
    ],
    ids=lambda function: function.name,
)
def test_a_pin_is_read_as_it_was_written(function: Function) -> None:
    pin = Pin.of(function, SHIPPED)
    assert Pin.read(pin.text()) == pin
    assert "\n" not in pin.text()
    assert pin.on(function, SHIPPED).contract == function.contract


@pytest.mark.parametrize(
    ("change", "is_another"),
    [
        ({"deadline": "9s", "retry": {"attempts": 2}, "cache": {"ttl": "1m"}, "title": {"ru": "Иначе"}}, False),
        ({"limits": {"concurrency": 3}, "fallback": {"value": {"balance": 0}}}, False),
        ({"outputs": {"balance": "response.other"}}, True),
        ({"outputs": {"balance": {"value": "response.balance.amount", "type": "integer"}}}, True),
        ({"errors": []}, True),
        ({"call": {"http": {"method": "GET", "path": "/{account}"}}}, True),
        ({"inputs": [{"name": "account", "type": "string"}]}, True),
    ],
)
def test_the_digest_is_of_what_a_script_relies_on(change: dict[str, Any], *, is_another: bool) -> None:
    assert (pin_of().digest != pin_of(**change).digest) is is_another


def test_a_title_is_nothing_to_rely_on() -> None:
    titled = {"name": "account", "type": "string", "title": {"ru": "Счёт"}}
    assert pin_of(inputs=[titled]).text() == pin_of(inputs=[titled | {"title": None}]).text()


def test_policies_are_those_of_the_moment() -> None:
    live = declared(outputs={"balance": "response.new"}, deadline="9s", retry={"attempts": 4}, cache={"ttl": "1m"})
    function = pin_of(deadline="1s").on(live, {live.name: live})
    assert function.outputs["balance"].value == "response.balance.amount"
    assert (function.deadline, function.retry, function.cache) == (timedelta(seconds=9), live.retry, live.cache)


@pytest.mark.parametrize(
    ("outputs", "fallback"),
    [
        ({"balance": "response.new", "limit": "response.limit"}, {"value": {"balance": 0, "limit": 0}}),
        ({"limit": "response.limit"}, {"value": {"limit": 0}}),
    ],
)
def test_a_fallback_for_other_outputs_is_left_out(outputs: dict[str, str], fallback: dict[str, Any]) -> None:
    live = declared(outputs=outputs, fallback=fallback)
    assert live.fallback is not None
    assert pin_of().on(live, {}).fallback is None


def test_a_fallback_that_fits_stays() -> None:
    live = declared(outputs={"balance": "response.new"}, fallback={"value": {"balance": 0}})
    assert pin_of().on(live, {}).fallback == Fallback(value={"balance": 0})


@pytest.mark.parametrize(("of_then", "stays"), [({"balance": "response.b"}, True), ({"sum": "response.b"}, False)])
def test_a_confirm_that_does_not_give_the_outputs_of_then_is_left_out(of_then: dict[str, str], *, stays: bool) -> None:
    asks = source(
        name="billing.ask", outputs={"balance": "response.b"}, errors=[{"when": "true", "bpmn_error": NOT_HAPPENED}]
    )
    today = catalogue(asks, source(**IRREVERSIBLE, confirm="billing.ask")).functions
    then = catalogue(source(**IRREVERSIBLE, outputs=of_then)).functions["billing.get_balance"]
    function = Pin.of(then, {}).on(today["billing.get_balance"], today)
    assert function.confirm == ("billing.ask" if stays else None)


def test_a_contract_that_contradicts_the_effect_of_today_is_refused() -> None:
    reading = pin_of(call={"sql": {"statement": "select 1"}})
    with pytest.raises(ValueError, match=r"call\.sql\.read_only: only a function with effect read is read_only"):
        reading.on(declared(**IRREVERSIBLE), {})


def test_a_group_pins_its_functions_too() -> None:
    pin = Pin.of(THEN["billing.all"], THEN)
    assert Pin.read(pin.text()) == pin
    assert [member.name for member in pin.members] == ["billing.get_balance"]
    assert pin.digest != Pin.of(NOW["billing.all"], NOW).digest
    assert THEN["billing.all"].contract == NOW["billing.all"].contract


def test_the_answers_of_a_group_with_other_functions_are_not_kept() -> None:
    live = NOW["billing.all"].model_copy(update={"cache": declared(cache={"ttl": "1m"}).cache, "prefetch": True})
    assert Pin.of(NOW["billing.all"], NOW).on(live, {**NOW, live.name: live}).cache == live.cache
    other = Pin.of(THEN["billing.all"], THEN).on(live, {**NOW, live.name: live})
    assert (other.cache, other.prefetch) == (None, False)


async def running(ready: Runner, name: str, pin: str | None) -> Ending:
    return (await ready.functions[name].as_pinned(pin).run({"account": ACCOUNT}, CONTEXT)).ending


async def test_a_pinned_function_goes_on_as_it_was() -> None:
    async with raw_system(always(ANSWER)) as system:
        then = pin_of()
        ready = runner(catalogue(source(outputs={"currency": "response.balance.currency"})), system.url)
        assert await running(ready, "billing.get_balance", then.text()) == Succeeded({"balance": 5})
        assert await running(ready, "billing.get_balance", None) == Succeeded({"currency": "RUB"})
        await ready.retire()


async def test_a_pinned_group_calls_its_functions_as_they_were() -> None:
    async with raw_system(always(ANSWER)) as system:
        ready = runner(Catalogue(NOW, catalogue(source()).systems), system.url)
        assert await running(ready, "billing.all", GROUP_PIN) == Succeeded({"sum": 5})
        assert await running(ready, "billing.all", None) == Succeeded({"sum": "RUB"})
        await ready.retire()


async def test_errors_are_those_of_then() -> None:
    async with raw_system(always(http(404, b"{}"))) as system:
        ready = runner(catalogue(source(errors=None)), system.url)
        assert await running(ready, "billing.get_balance", pin_of().text()) == Refused("ACCOUNT_NOT_FOUND", {})
        ending = await running(ready, "billing.get_balance", None)
        assert isinstance(ending, Failed)
        assert ending.cause == "404"
        await ready.retire()


async def test_a_pin_is_made_ready_once_and_an_equal_contract_not_at_all() -> None:
    ready = runner(catalogue(source()), "http://127.0.0.1:1")
    function = ready.functions["billing.get_balance"]
    other = pin_of(outputs={}).text()
    assert function.as_pinned(other) is function.as_pinned(other)
    assert function.as_pinned(other) is not function
    assert function.as_pinned(pin_of(deadline="9s").text()) is function
    assert function.as_pinned(None) is function


@pytest.mark.parametrize(
    ("pin", "sentence"),
    [
        ("", "Invalid JSON"),
        ("{}", "name Field required"),
        ('{"name": "billing.get_balance", "digest": "", "contract": {"call": {}}}', "give exactly one of http"),
        (pin_of(name="billing.other").text(), "it pins billing.other"),
        (GROUP_PIN.replace("billing.all", "billing.get_balance"), "system: a group has no system"),
        (pin_of().text().replace("response.balance", "1 +"), "FEEL expression '1 +.amount'"),
    ],
)
async def test_a_pin_that_cannot_be_used_fails_the_task_and_says_why(pin: str, sentence: str) -> None:
    ready = runner(catalogue(source(fallback={"manual": "balance.form"})), "http://127.0.0.1:1")
    ending = await running(ready, "billing.get_balance", pin)
    assert isinstance(ending, Failed)
    assert ending.message.startswith("billing.get_balance: what the release has pinned can't be called now: ")
    assert sentence in ending.message
    assert (ending.cause, ending.may_pass, ending.manual) == ("pin", False, "balance.form")


async def test_pinned_calls_end_before_connections_close() -> None:
    asked, go = asyncio.Event(), asyncio.Event()

    async def answering(_request: bytes, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await go.wait()
        writer.write(ANSWER)

    async with raw_system(answering) as system, asyncio.timeout(5):
        ready = runner(catalogue(source()), system.url)
        run = asyncio.create_task(running(ready, "billing.get_balance", pin_of(outputs={}).text()))
        await asked.wait()
        retired = asyncio.create_task(ready.retire())
        go.set()
        assert await run == Succeeded({})
        await retired


async def test_what_has_taken_the_place_of_a_pin_is_called_at_once_and_no_longer_when_it_is_put_back() -> None:
    then, other = pin_of(), pin_of(call={"http": {"method": "GET", "path": "/v2/{account}"}})
    replaced: dict[tuple[str, str], str] = {}

    async def read() -> Replaced:
        return dict(replaced)

    replacements = Replacements(read)
    assert replacements.of(then.text()) == then.text()
    replaced[then.name, then.digest] = other.text()
    replaced[other.name, other.digest] = then.text()
    await replacements.reload()
    assert replacements.of(then.text()) == then.text(), "a circle ends where it began"
    del replaced[other.name, other.digest]
    await replacements.reload()
    assert replacements.of(then.text()) == other.text()
    assert replacements.of("no pin") == "no pin"
    live = catalogue(source(deadline="9s"))
    ready = runner(live, "http://127.0.0.1:1", replacements=replacements)
    function = ready.functions["billing.get_balance"]
    assert function.as_pinned(then.text()).declaration.call == other.contract.call
    replaced.clear()
    await replacements.reload()
    assert function.as_pinned(then.text()) is function
