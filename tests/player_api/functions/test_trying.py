"""Trying functions through the facade, the workers and demo billing, each a process of its own."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from functions.execution import MASK
from stack.running import Running
from tests.player_api.api import problem

ACCOUNT = "1000000001"
OWNER = "/functions/billing.owner/try"
BALANCE = "/functions/billing.get_balance/try"
PAYMENT = "/functions/billing.create_promised_payment/try"
DECLARATION: dict[str, Any] = {
    "name": "billing.owner",
    "title": {"ru": "Абонент"},
    "system": "billing",
    "effect": "read",
    "inputs": [{"name": "account", "type": "string", "required": True, "pii": True}],
    "call": {"http": {"method": "GET", "path": "/accounts/{account}/balance"}},
    "outputs": {"name": "response.customer.name", "account": "inputs.account"},
}


def client(stack: Running, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"{stack.urls['facade']}/api/v1",
        headers={"Authorization": f"Bearer {key}"},
        timeout=60,
        trust_env=False,
    )


@pytest.fixture
async def author(stack: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with client(stack, stack.credentials.api_keys.author) as author:
        yield author


@pytest.fixture
async def billing(stack: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stack.urls["demo-billing"], timeout=20, trust_env=False) as billing:
        usual = (await billing.get("/_demo/faults")).json()
        await billing.put("/_demo/faults", json={})
        yield billing
        await billing.put("/_demo/faults", json=usual)


async def test_shows_request_answer_mapping_and_time_and_masks_the_account(
    author: httpx.AsyncClient, billing: httpx.AsyncClient
) -> None:
    response = await author.post(BALANCE, json={"inputs": {"account": ACCOUNT}}, headers={"X-Correlation-Id": "try-1"})
    result = response.json()
    assert response.status_code == 200
    assert ACCOUNT not in response.text
    assert (result["outcome"], result["attempts"], result["source"], result["error"]) == ("succeeded", 1, "call", None)
    [exchange] = result["exchanges"]
    request, answer = exchange["request"], exchange["response"]
    assert request["method"] == "GET"
    assert request["url"].endswith(f"/accounts/{MASK}/balance")
    assert request["headers"]["x-correlation-id"] == "try-1"
    assert answer["status"] == 200
    assert result["outputs"]["balance"] == answer["body"]["balance"]["amount"]
    assert isinstance(result["outputs"]["balance"], int)
    assert 0 < exchange["duration_ms"] <= result["duration_ms"]


@pytest.mark.parametrize(
    ("path", "recorded", "outcome"),
    [
        (PAYMENT, {"status": 409, "response": {"error": {"code": "PROMISE_ACTIVE"}}}, "PROMISE_ALREADY_ACTIVE"),
        (PAYMENT, {"status": 409, "response": {}}, "PROMISE_REFUSED"),
        (PAYMENT, {"status": 503}, "billing.create_promised_payment: billing answered 503"),
        (PAYMENT, {"response": {}}, "output promise_id is missing"),
        (BALANCE, {"status": 404, "response": {"error": {"code": "ACCOUNT_NOT_FOUND"}}}, "ACCOUNT_NOT_FOUND"),
    ],
)
async def test_maps_a_recorded_answer_without_asking_anybody(
    author: httpx.AsyncClient, billing: httpx.AsyncClient, path: str, recorded: dict[str, Any], outcome: str
) -> None:
    before = (await billing.get("/_demo/calls")).json()["total"]
    inputs: dict[str, Any] = {"account": ACCOUNT}
    if path == PAYMENT:
        inputs |= {"amount": 100, "days": 3}
    result = (await author.post(path, json={"inputs": inputs, "recorded": recorded})).json()
    assert outcome in (result["bpmn_error"] or result["error"])
    assert result["exchanges"] == []
    assert (await billing.get("/_demo/calls")).json()["total"] == before


@pytest.mark.parametrize(
    ("faults", "status", "error"),
    [({"error_rate": 1}, 503, None), ({"down": True}, None, "billing broke off the connection")],
)
async def test_shows_what_a_system_that_is_down_did_to_every_attempt(
    author: httpx.AsyncClient, billing: httpx.AsyncClient, faults: dict[str, Any], status: int | None, error: str | None
) -> None:
    await billing.put("/_demo/faults", json=faults)
    retried = DECLARATION | {"retry": {"attempts": 3, "on": [503, "broken"], "backoff": "1ms..2ms"}}
    result = (await author.post(OWNER, json={"declaration": retried, "inputs": {"account": ACCOUNT}})).json()
    assert (result["outcome"], result["attempts"], len(result["exchanges"])) == ("failed", 3, 3)
    for exchange in result["exchanges"]:
        assert exchange["error"] == error
        assert (exchange["response"] and exchange["response"]["status"]) == status


async def test_tries_a_declaration_that_nobody_has_stored(
    author: httpx.AsyncClient, billing: httpx.AsyncClient
) -> None:
    tried = await author.post(OWNER, json={"declaration": DECLARATION, "inputs": {"account": ACCOUNT}})
    assert tried.status_code == 200
    assert tried.json()["outputs"]["name"]
    assert tried.json()["outputs"]["account"] == MASK
    assert (await author.get("/functions/billing.owner")).status_code == 404


async def test_says_what_is_wrong_with_a_declaration_as_writing_it_does(author: httpx.AsyncClient) -> None:
    wrong = DECLARATION | {"outputs": {"name": "response."}, "system": "nowhere"}
    tried = await author.post(OWNER, json={"declaration": wrong})
    written = await author.put("/functions/billing.owner", json={"revision": 0, "declaration": wrong})
    assert (tried.status_code, problem(tried)) == (422, "declaration-invalid")
    assert tried.json()["findings"] == written.json()["findings"]


@pytest.mark.parametrize(
    ("path", "body", "status", "slug"),
    [
        ("/functions/billing.nothing/try", {}, 404, "declaration-unknown"),
        (PAYMENT, {"inputs": {"account": ACCOUNT, "amount": 1, "days": 1}}, 409, "trial-refused"),
        (BALANCE, {"inputs": {}, "colour": "red"}, 422, "request-invalid"),
        (BALANCE, {"recorded": {"status": 99}}, 422, "request-invalid"),
    ],
)
async def test_what_can_not_be_tried(
    author: httpx.AsyncClient, path: str, body: dict[str, Any], status: int, slug: str
) -> None:
    response = await author.post(path, json=body)
    assert (response.status_code, problem(response)) == (status, slug)


async def test_operators_may_not_try(stack: Running) -> None:
    async with client(stack, stack.credentials.api_keys.operator) as operator:
        assert (await operator.post(BALANCE, json={})).status_code == 403


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer guessed", "Basic guessed", "Bearer ключ"])
async def test_workers_know_the_facade_by_its_token(stack: Running, header: str | None) -> None:
    async with httpx.AsyncClient(base_url=stack.urls["workers"], trust_env=False) as workers:
        headers = [] if header is None else [(b"Authorization", header.encode())]
        response = await workers.post("/internal/functions/try", json={"name": "billing.get_balance"}, headers=headers)
    assert (response.status_code, problem(response)) == (401, "unauthenticated")
