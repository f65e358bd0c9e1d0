"""Billing's own endpoints."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response

from demo.billing.documents import (
    AccountDocument,
    BalanceDocument,
    CustomerDocument,
    ErrorDocument,
    OnePromiseDocument,
    PaymentDocument,
    PaymentsDocument,
    PromiseDocument,
    PromiseRequest,
    PromisesDocument,
)
from demo.billing.ledger import Ledger, Wanted

Number = Annotated[str, Path(alias="account", pattern="^[0-9]{10}$", description="Account number, ten digits.")]
_KEY = r"^[A-Za-z0-9._:-]{1,64}$"
Key = Annotated[str, Header(alias="Idempotency-Key", pattern=_KEY, description="The same for every repetition.")]


_Responses = dict[int | str, dict[str, Any]]
_UNAVAILABLE: _Responses = {503: {"model": ErrorDocument, "description": "The database is down, or a fault is played"}}
_UNKNOWN: _Responses = {404: {"model": ErrorDocument, "description": "`ACCOUNT_NOT_FOUND`"}, **_UNAVAILABLE}
_PROMISED: _Responses = {
    200: {"model": OnePromiseDocument, "description": "Made by an earlier request with this key"},
    409: {"model": ErrorDocument, "description": "`PROMISE_ACTIVE`, `ACCOUNT_BLOCKED`, `NO_DEBT`, `AMOUNT_TOO_SMALL`"},
    422: {"model": ErrorDocument, "description": "`INVALID_REQUEST`, `IDEMPOTENCY_KEY_REUSED`"},
    **_UNKNOWN,
}
_NO_PROMISE: _Responses = {404: {"model": ErrorDocument, "description": "`PROMISE_NOT_FOUND`"}, **_UNAVAILABLE}


def billing_routes(ledger: Ledger, today: Callable[[], date]) -> APIRouter:
    """Routes over accounts and promised payments."""
    router = APIRouter(tags=["billing"])

    @router.get("/accounts/{account}", responses=_UNKNOWN)
    async def account(number: Number) -> AccountDocument:
        """An account and its customer."""
        found = await ledger.account(number)
        customer = CustomerDocument.of(found, today())
        return AccountDocument(account=number, status=found.status, tariff=found.tariff, customer=customer)

    @router.get("/accounts/{account}/balance", responses=_UNKNOWN)
    async def balance(number: Number) -> BalanceDocument:
        """What an account has or owes."""
        return BalanceDocument.of(await ledger.account(number), today())

    @router.get("/accounts/{account}/payments", responses=_UNKNOWN)
    async def payments(number: Number, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> PaymentsDocument:
        """The latest payments."""
        return PaymentsDocument(payments=[PaymentDocument.of(each) for each in await ledger.payments(number, limit)])

    @router.get("/accounts/{account}/promised-payments", responses=_UNKNOWN)
    async def promised_payments(number: Number) -> PromisesDocument:
        """All promised payments."""
        return PromisesDocument(promised_payments=[PromiseDocument.of(each) for each in await ledger.promises(number)])

    @router.post("/accounts/{account}/promised-payments", status_code=201, responses=_PROMISED)
    async def promise(number: Number, key: Key, asked: PromiseRequest, response: Response) -> OnePromiseDocument:
        """Make a promised payment, once for each Idempotency-Key."""
        made, is_new = await ledger.promise(Wanted(number, asked.amount, asked.days), key)
        response.status_code = 201 if is_new else 200
        return OnePromiseDocument.of(made)

    @router.get("/promised-payments/by-key/{key}", responses=_NO_PROMISE)
    async def promise_by_key(key: Annotated[str, Path(pattern=_KEY)]) -> OnePromiseDocument:
        """Whether a promised payment was made under an Idempotency-Key."""
        return OnePromiseDocument.of(await ledger.promise_by_key(key))

    return router
