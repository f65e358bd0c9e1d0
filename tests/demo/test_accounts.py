"""What billing tells about accounts."""

import httpx
import pytest


def money(amount: int, text: str) -> dict[str, object]:
    return {"amount": amount, "currency": "RUB", "text": text.replace(" ", "\u00a0")}


@pytest.mark.parametrize(
    ("account", "customer", "balance", "debt"),
    [
        ("1000000001", ("Анна Сергеевна", 48), money(-12_550, "−125,50 ₽"), money(12_550, "125,50 ₽")),
        ("1000000002", ("Борис Андреевич", 20), money(35_000, "350 ₽"), money(0, "0 ₽")),
        ("1000000003", ("Виктор Павлович", 15), money(-42_000, "−420 ₽"), money(42_000, "420 ₽")),
        ("1000000004", ("Галина Ивановна", 30), money(-89_000, "−890 ₽"), money(89_000, "890 ₽")),
        ("1000000005", ("Павел Ильич", 2), money(-30_000, "−300 ₽"), money(30_000, "300 ₽")),
        ("1000000006", ("Мария Олеговна", 60), money(-450_000, "−4 500 ₽"), money(450_000, "4 500 ₽")),
    ],
)
async def test_balances_of_the_demonstration_accounts(
    billing: httpx.AsyncClient,
    account: str,
    customer: tuple[str, int],
    balance: dict[str, object],
    debt: dict[str, object],
) -> None:
    answer = await billing.get(f"/accounts/{account}/balance")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["customer"]["name"], said["customer"]["months"]) == customer
    assert (said["account"], said["balance"], said["debt"]) == (account, balance, debt)


@pytest.mark.parametrize(("account", "status"), [("1000000001", "active"), ("1000000004", "blocked")])
async def test_an_account(billing: httpx.AsyncClient, account: str, status: str) -> None:
    said = (await billing.get(f"/accounts/{account}")).json()
    assert (said["account"], said["status"]) == (account, status)
    assert said["tariff"] in {"Домашний", "Всё вместе", "Максимум"}


async def test_payments_latest_first(billing: httpx.AsyncClient) -> None:
    everything = (await billing.get("/accounts/1000000002/payments")).json()["payments"]
    days = [payment["paid_on"] for payment in everything]
    assert len(days) == 6
    assert days == sorted(days, reverse=True)
    two = await billing.get("/accounts/1000000002/payments", params={"limit": 2})
    assert two.json()["payments"] == everything[:2]


@pytest.mark.parametrize("path", ["", "/balance", "/payments", "/promised-payments"])
@pytest.mark.parametrize(
    ("account", "status", "code"),
    [
        ("9999999999", 404, "ACCOUNT_NOT_FOUND"),
        ("123", 422, "INVALID_REQUEST"),
        ("١٢٣٤٥٦٧٨٩٠", 422, "INVALID_REQUEST"),
        ("1000000001'--", 422, "INVALID_REQUEST"),
    ],
)
async def test_unknown_accounts(billing: httpx.AsyncClient, account: str, path: str, status: int, code: str) -> None:
    answer = await billing.get(f"/accounts/{account}{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_unknown_endpoints_answer_in_billings_own_style(billing: httpx.AsyncClient) -> None:
    answer = await billing.get("/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NO_SUCH_ENDPOINT")


async def test_every_operation_is_described(billing: httpx.AsyncClient) -> None:
    document = (await billing.get("/openapi.json")).json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) == 12
    assert all(operation["description"] for operation in operations)
