"""The shipped functions of billing against demo billing, over a connection."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest

from feel import Evaluator
from functions.catalogue import load, sources_in
from functions.composition import Shared
from functions.context import Context
from functions.outcome import Ending, Failed, Refused, Succeeded
from functions.runner import Runner
from functions.surroundings import Surroundings
from functions.systems import Environment

DECLARED = Path(__file__).parents[2] / "functions" / "declared"
CONTEXT = Context(session_id="s-1", activity_id="create_promised_payment", task_id="t-1", correlation_id="c-1")
PROMISE = {"account": "1000000001", "amount": 100_000, "days": 7}
MADE = {
    "promise_amount_text": "1\u00a0000\u00a0₽",
    "promise_due": "2026-12-01",
    "promise_due_text": "1\u00a0декабря",
}


@pytest.fixture
async def runner(billing_over_tcp: httpx.AsyncClient) -> AsyncIterator[Runner]:
    evaluator = Evaluator()
    environment = Environment({"SCRIPT_MANAGER_SYSTEM_BILLING_URL": str(billing_over_tcp.base_url)})
    surroundings = Surroundings(sleep=lambda _seconds: asyncio.sleep(0))
    runner = Runner(load(sources_in(DECLARED), evaluator).sound(), environment, evaluator, surroundings, Shared())
    yield runner
    await runner.retire()


async def run(runner: Runner, name: str, variables: Mapping[str, object]) -> Ending:
    return (await runner.functions[name].run(variables, CONTEXT)).ending


async def test_balance(runner: Runner) -> None:
    assert await run(runner, "billing.get_balance", {"account": "1000000001"}) == Succeeded(
        {
            "balance": -12_550,
            "balance_text": "−125,50\u00a0₽",
            "debt": 12_550,
            "debt_text": "125,50\u00a0₽",
            "customer_name": "Анна Сергеевна",
            "customer_months": 48,
        }
    )


@pytest.mark.parametrize(
    ("name", "variables", "code"),
    [
        ("billing.get_balance", {"account": "9999999999"}, "ACCOUNT_NOT_FOUND"),
        ("billing.create_promised_payment", PROMISE | {"account": "1000000003"}, "PROMISE_ALREADY_ACTIVE"),
        ("billing.create_promised_payment", PROMISE | {"account": "1000000002"}, "PROMISE_REFUSED"),
        ("billing.create_promised_payment", PROMISE | {"account": "1000000004"}, "PROMISE_REFUSED"),
        ("billing.create_promised_payment", PROMISE | {"amount": 1_000}, "PROMISE_REFUSED"),
        ("billing.find_promised_payment", {"idempotency_key": "never"}, "NOT_HAPPENED"),
    ],
)
async def test_refusals(runner: Runner, name: str, variables: dict[str, object], code: str) -> None:
    assert await run(runner, name, variables) == Refused(code, {})


async def test_a_promise_is_made_once_for_a_task(runner: Runner) -> None:
    first = await run(runner, "billing.create_promised_payment", PROMISE)
    assert isinstance(first, Succeeded)
    assert {name: first.outputs[name] for name in MADE} == MADE
    assert await run(runner, "billing.create_promised_payment", PROMISE) == first
    asked = {"idempotency_key": CONTEXT.idempotency_key}
    assert await run(runner, "billing.find_promised_payment", asked) == first


async def test_lost_answers_make_one_promise(runner: Runner, billing_over_tcp: httpx.AsyncClient) -> None:
    await billing_over_tcp.put("/_demo/faults", json={"lose_answers": True})
    assert isinstance(await run(runner, "billing.create_promised_payment", PROMISE), Failed)
    await billing_over_tcp.put("/_demo/faults", json={})
    asked = {"idempotency_key": CONTEXT.idempotency_key}
    found = await run(runner, "billing.find_promised_payment", asked)
    assert isinstance(found, Succeeded)
    assert await run(runner, "billing.create_promised_payment", PROMISE) == found
    calls = (await billing_over_tcp.get("/_demo/calls")).json()["calls"]
    attempts = [(call["status"], call["fault"], call["key"]) for call in calls if call["method"] == "POST"]
    lost = (None, "lost", CONTEXT.idempotency_key)
    assert attempts == [lost, lost, lost, (200, None, CONTEXT.idempotency_key)]
