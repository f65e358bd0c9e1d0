"""Promised payments: once for each key, refused for what billing calls a reason."""

import asyncio
from typing import Any

import httpx
import pytest

DEBTOR = "1000000001"


async def promise(
    billing: httpx.AsyncClient, account: str, key: str, amount: int = 100_000, days: int = 7
) -> httpx.Response:
    return await billing.post(
        f"/accounts/{account}/promised-payments",
        json={"amount": amount, "days": days},
        headers={"Idempotency-Key": key},
    )


async def promises(billing: httpx.AsyncClient, account: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await billing.get(f"/accounts/{account}/promised-payments")).json()[
        "promised_payments"
    ]
    return found


async def test_a_promise_is_made_once_for_a_key(billing: httpx.AsyncClient) -> None:
    first = await promise(billing, DEBTOR, "key-1")
    again = await promise(billing, DEBTOR, "key-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    made = first.json()["promised_payment"]
    assert made["amount"] == {"amount": 100_000, "currency": "RUB", "text": "1\u00a0000\u00a0₽"}
    assert (made["due"], made["due_text"], made["status"]) == ("2026-12-01", "1\u00a0декабря", "unpaid")
    assert await promises(billing, DEBTOR) == [made]
    assert (await billing.get("/promised-payments/by-key/key-1")).json() == first.json()


async def test_a_promise_never_made_is_not_found(billing: httpx.AsyncClient) -> None:
    answer = await billing.get("/promised-payments/by-key/never")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "PROMISE_NOT_FOUND")


@pytest.mark.parametrize(
    ("account", "amount", "days"), [(DEBTOR, 100_001, 7), (DEBTOR, 100_000, 3), ("1000000005", 100_000, 7)]
)
async def test_a_key_is_for_one_request(billing: httpx.AsyncClient, account: str, amount: int, days: int) -> None:
    await promise(billing, DEBTOR, "key-1")
    answer = await promise(billing, account, "key-1", amount, days)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize(
    ("account", "amount", "status", "code"),
    [
        ("1000000002", 100_000, 409, "NO_DEBT"),
        ("1000000003", 100_000, 409, "PROMISE_ACTIVE"),
        ("1000000004", 100_000, 409, "ACCOUNT_BLOCKED"),
        ("1000000006", 300_000, 409, "AMOUNT_TOO_SMALL"),
        ("9999999999", 100_000, 404, "ACCOUNT_NOT_FOUND"),
    ],
)
async def test_refusals_leave_nothing_behind(
    billing: httpx.AsyncClient, account: str, amount: int, status: int, code: str
) -> None:
    answer = await promise(billing, account, "key-1", amount)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert (await billing.get("/promised-payments/by-key/key-1")).status_code == 404


@pytest.mark.parametrize(
    ("headers", "body", "field"),
    [
        ({}, {"amount": 100_000, "days": 7}, "header.Idempotency-Key"),
        ({"Idempotency-Key": "no spaces"}, {"amount": 100_000, "days": 7}, "header.Idempotency-Key"),
        ({"Idempotency-Key": "k"}, {"amount": 0, "days": 7}, "body.amount"),
        ({"Idempotency-Key": "k"}, {"amount": 1.5, "days": 7}, "body.amount"),
        ({"Idempotency-Key": "k"}, {"amount": "100000", "days": 7}, "body.amount"),
        ({"Idempotency-Key": "k"}, {"amount": 100_000, "days": 31}, "body.days"),
        ({"Idempotency-Key": "k"}, {"amount": 100_000}, "body.days"),
        ({"Idempotency-Key": "k"}, {"amount": 100_000, "days": 7, "note": ""}, "body.note"),
    ],
)
async def test_malformed_requests(
    billing: httpx.AsyncClient, headers: dict[str, str], body: dict[str, Any], field: str
) -> None:
    answer = await billing.post(f"/accounts/{DEBTOR}/promised-payments", json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "INVALID_REQUEST"
    assert answer.json()["error"]["fields"] == [field]


async def test_one_key_at_the_same_moment(billing: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(promise(billing, DEBTOR, "key-1") for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len(await promises(billing, DEBTOR)) == 1


async def test_many_keys_at_the_same_moment(billing: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(promise(billing, DEBTOR, f"key-{number}") for number in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len(await promises(billing, DEBTOR)) == 1


async def test_one_key_for_two_accounts_at_the_same_moment(billing: httpx.AsyncClient) -> None:
    accounts = (DEBTOR, "1000000005")
    answers = await asyncio.gather(*(promise(billing, account, "key-1") for account in accounts))
    assert sorted(answer.status_code for answer in answers) == [201, 422]


async def test_reset_takes_promises_back(billing: httpx.AsyncClient) -> None:
    await promise(billing, DEBTOR, "key-1")
    assert (await billing.post("/_demo/reset")).status_code == 204
    assert await promises(billing, DEBTOR) == []
    assert (await promise(billing, DEBTOR, "key-1")).status_code == 201
