"""The whole stack: what is typed is asked before it is submitted, and not again."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from stack.running import Running
from tests.eventually import eventually

ACCOUNT = "1000000001"
Json = dict[str, Any]


@pytest.fixture
async def operator(stack: Running) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {stack.credentials.api_keys.operator}"}
    async with httpx.AsyncClient(
        base_url=f"{stack.urls['facade']}/api/v1", headers=headers, timeout=60, trust_env=False
    ) as client:
        yield client


@pytest.fixture
async def billing(stack: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stack.urls["demo-billing"], timeout=20, trust_env=False) as client:
        usual = (await client.get("/_demo/faults")).json()
        await client.put("/_demo/faults", json={})
        yield client
        await client.put("/_demo/faults", json=usual)


async def _start(operator: httpx.AsyncClient, **more: object) -> Json:
    wanted = {"script": "promised_payment", "channel": "crm", "customer": uuid4().hex, **more}
    response = await operator.post("/sessions", json=wanted, headers={"X-Correlation-Id": uuid4().hex})
    assert response.status_code == 201
    return dict(response.json()) | {"correlation": response.headers["X-Correlation-Id"]}


async def _calls(billing: httpx.AsyncClient, session: Json) -> int:
    calls = (await billing.get("/_demo/calls", params={"limit": 10_000})).json()["calls"]
    return sum(call["correlation_id"] == session["correlation"] for call in calls)


async def _runs(operator: httpx.AsyncClient, session: Json, count: int) -> list[tuple[str, str, int]]:
    async def seen() -> list[tuple[str, str, int]]:
        events = (await operator.get(f"/sessions/{session['id']}/history")).json()
        runs = [event["data"] for event in events if event["type"] == "function_called"]
        return [(run["purpose"], run["source"], run["attempts"]) for run in runs] if len(runs) >= count else []

    return await eventually(seen)


async def _submit(operator: httpx.AsyncClient, session: Json, account: str) -> Json:
    response = await operator.post(
        f"/sessions/{session['id']}/submit",
        json={"step": session["step"]["id"], "answers": {"account": account}},
        headers={"Idempotency-Key": uuid4().hex},
        params={"wait": 20},
    )
    assert response.status_code == 200, response.text
    return dict(response.json())


async def _typed(operator: httpx.AsyncClient, session: Json, account: str) -> None:
    wanted = {"step": session["step"]["id"], "answers": {"account": account}}
    assert (await operator.put(f"/sessions/{session['id']}/input", json=wanted)).status_code == 200


async def test_the_answer_to_what_was_typed_is_there_when_it_is_submitted(
    operator: httpx.AsyncClient, billing: httpx.AsyncClient
) -> None:
    session = await _start(operator)
    for typed in (ACCOUNT[:5], ACCOUNT, ACCOUNT):
        await _typed(operator, session, typed)
    assert await _runs(operator, session, 1) == [("prefetch", "call", 1)]
    assert await _calls(billing, session) == 1
    shown = await _submit(operator, session, ACCOUNT)
    assert shown["step"]["key"] == "tell_debt"
    assert await _runs(operator, session, 2) == [("prefetch", "call", 1), ("task", "cache", 0)]
    assert await _calls(billing, session) == 1


async def test_what_a_session_begins_with_is_asked_as_soon_as_its_step_is_shown(
    operator: httpx.AsyncClient, billing: httpx.AsyncClient
) -> None:
    session = await _start(operator, variables={"account": ACCOUNT})
    assert await _runs(operator, session, 1) == [("prefetch", "call", 1)]
    assert await _calls(billing, session) == 1


async def test_what_was_asked_in_vain_is_counted_as_wasted(
    operator: httpx.AsyncClient, billing: httpx.AsyncClient
) -> None:
    session = await _start(operator)
    await _typed(operator, session, "1000000002")
    await _runs(operator, session, 1)
    await _submit(operator, session, ACCOUNT)
    assert await _runs(operator, session, 2) == [("prefetch", "call", 1), ("task", "call", 1)]
    assert await _calls(billing, session) == 2


async def test_figures_of_the_workers_tell_prefetches_from_tasks(
    stack: Running, operator: httpx.AsyncClient, billing: httpx.AsyncClient
) -> None:
    session = await _start(operator)
    await _typed(operator, session, ACCOUNT)
    await _runs(operator, session, 1)
    async with httpx.AsyncClient(trust_env=False) as client:
        figures = (await client.get(f"{stack.urls['workers']}/metrics")).text
    labels = 'function="billing.get_balance",purpose="prefetch",source="call"'
    assert f"script_manager_function_answers_total{{{labels}}}" in figures
