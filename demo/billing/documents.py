"""What billing's API says, as its OpenAPI document describes it."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from demo.billing.ledger import Account, Payment, Promise
from demo.billing.wording import day_and_month, rubles


class Money(BaseModel):
    """A sum in whole kopecks, and as it is written for people."""

    amount: int = Field(examples=[-12550])
    currency: Literal["RUB"] = "RUB"
    text: str = Field(examples=["−125,50 ₽"])

    @classmethod
    def of(cls, kopecks: int) -> "Money":
        """Write a sum of kopecks."""
        return cls(amount=kopecks, text=rubles(kopecks))


class CustomerDocument(BaseModel):
    """Whose account it is."""

    name: str = Field(description="First name and patronymic, to address the customer.", examples=["Анна Сергеевна"])
    full_name: str
    since: date
    months: int = Field(description="Whole months with the operator.")

    @classmethod
    def of(cls, account: Account, today: date) -> "CustomerDocument":
        """Describe the customer of an account."""
        since = account.since
        months = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
        return cls(name=account.name, full_name=account.full_name, since=since, months=months)


class AccountDocument(BaseModel):
    """An account."""

    account: str = Field(examples=["1000000001"])
    status: Literal["active", "blocked"]
    tariff: str
    customer: CustomerDocument


class BalanceDocument(BaseModel):
    """What an account has or owes."""

    account: str = Field(examples=["1000000001"])
    balance: Money = Field(description="Payments less charges; negative for a debt.")
    debt: Money = Field(description="What is owed; 0 for none.")
    customer: CustomerDocument

    @classmethod
    def of(cls, account: Account, today: date) -> "BalanceDocument":
        """Describe an account's balance."""
        return cls(
            account=account.number,
            balance=Money.of(account.balance),
            debt=Money.of(account.debt),
            customer=CustomerDocument.of(account, today),
        )


class PaymentDocument(BaseModel):
    """Money that arrived."""

    id: str
    amount: Money
    method: Literal["card", "cash", "bank"]
    paid_on: date

    @classmethod
    def of(cls, payment: Payment) -> "PaymentDocument":
        """Describe a payment."""
        amount = Money.of(payment.amount)
        return cls(id=str(payment.id), amount=amount, method=payment.method, paid_on=payment.paid_on)


class PaymentsDocument(BaseModel):
    """Payments of an account, latest first."""

    payments: list[PaymentDocument]


class PromiseRequest(BaseModel):
    """A promised payment that is asked for."""

    model_config = ConfigDict(extra="forbid", strict=True)

    amount: int = Field(gt=0, le=100_000_000, description="Whole kopecks; not below the debt.", examples=[100000])
    days: int = Field(ge=1, le=30, description="Days until it has to be paid.", examples=[7])


class PromiseDocument(BaseModel):
    """A promised payment."""

    id: str
    account: str
    amount: Money
    days: int
    due: date = Field(description="Last day to pay.")
    due_text: str = Field(examples=["1 декабря"])
    status: Literal["unpaid", "paid"]
    created_at: AwareDatetime

    @classmethod
    def of(cls, promise: Promise) -> "PromiseDocument":
        """Describe a promised payment."""
        return cls(
            id=str(promise.id),
            account=promise.account,
            amount=Money.of(promise.amount),
            days=promise.days,
            due=promise.due,
            due_text=day_and_month(promise.due),
            status="paid" if promise.paid else "unpaid",
            created_at=promise.created_at,
        )


class OnePromiseDocument(BaseModel):
    """A promised payment."""

    promised_payment: PromiseDocument

    @classmethod
    def of(cls, promise: Promise) -> "OnePromiseDocument":
        """Describe a promised payment."""
        return cls(promised_payment=PromiseDocument.of(promise))


class PromisesDocument(BaseModel):
    """Promised payments of an account, latest first."""

    promised_payments: list[PromiseDocument]


class ErrorDetail(BaseModel):
    """What went wrong."""

    code: str = Field(examples=["ACCOUNT_NOT_FOUND"])
    message: str
    fields: list[str] = Field(default=[], description="Where the request is wrong.")


class ErrorDocument(BaseModel):
    """Every refusal of billing looks like this."""

    error: ErrorDetail
