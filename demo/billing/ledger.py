"""Billing's books: what accounts owe, have paid and have promised."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from psycopg import errors
from psycopg.rows import class_row

from demo.billing.errors import (
    AccountBlocked,
    AccountNotFound,
    AmountTooSmall,
    KeyReused,
    NoDebt,
    PromiseActive,
    PromiseNotFound,
)
from demo.postgres import Connection, Database


@dataclass(frozen=True, slots=True)
class Account:
    """An account with its customer; money is whole kopecks.

    Attributes:
        name: how the customer is addressed.
        since: the day the customer came.
        balance: payments less charges, negative for a debt.
    """

    number: str
    tariff: str
    status: Literal["active", "blocked"]
    full_name: str
    name: str
    since: date
    balance: int

    @property
    def debt(self) -> int:
        """What is owed, 0 for none."""
        return max(0, -self.balance)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that arrived, in whole kopecks."""

    id: int
    amount: int
    method: Literal["card", "cash", "bank"]
    paid_on: date


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised payment, in whole kopecks."""

    id: int
    account: str
    amount: int
    days: int
    due: date
    paid: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A promised payment that is asked for, in whole kopecks."""

    account: str
    amount: int
    days: int


_ACCOUNT = """
    SELECT number, tariff, status, full_name, name, since,
           ((SELECT coalesce(sum(amount), 0) FROM billing.payments WHERE account = number)
            - (SELECT coalesce(sum(amount), 0) FROM billing.charges WHERE account = number))::bigint AS balance
    FROM billing.accounts JOIN billing.customers ON customers.id = accounts.customer_id
    WHERE number = %s
"""
_PROMISE = "SELECT id, account, amount, days, due, paid, created_at FROM billing.promised_payments"


class Ledger:
    """Reads and writes the books; every method is one transaction.

    All methods raise ``psycopg.OperationalError`` where the database can't be reached.

    Args:
        today: tells billing's calendar day.
    """

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    async def account(self, number: str) -> Account:
        """Find an account.

        Raises:
            AccountNotFound: there is none with this number.
        """
        async with self._database.transaction() as connection:
            return await _account(connection, _ACCOUNT, number)

    async def payments(self, number: str, limit: int) -> list[Payment]:
        """The latest payments of an account, latest first.

        Raises:
            AccountNotFound: there is none with this number.
        """
        async with self._database.transaction() as connection:
            await _account(connection, _ACCOUNT, number)
            found = await connection.cursor(row_factory=class_row(Payment)).execute(
                "SELECT id, amount, method, paid_on FROM billing.payments WHERE account = %s"
                " ORDER BY paid_on DESC, id DESC LIMIT %s",
                [number, limit],
            )
            return await found.fetchall()

    async def promises(self, number: str) -> list[Promise]:
        """All promised payments of an account, latest first.

        Raises:
            AccountNotFound: there is none with this number.
        """
        async with self._database.transaction() as connection:
            await _account(connection, _ACCOUNT, number)
            return await _promises(connection, "account = %s ORDER BY id DESC", number)

    async def promise_by_key(self, key: str) -> Promise:
        """Find the promised payment that was made under an Idempotency-Key.

        Raises:
            PromiseNotFound: none was.
        """
        async with self._database.transaction() as connection:
            found = await _promises(connection, "idempotency_key = %s", key)
        if not found:
            raise PromiseNotFound
        return found[0]

    async def promise(self, wanted: Wanted, key: str) -> tuple[Promise, bool]:
        """Make a promised payment, once for each key.

        Returns:
            The promise, and whether it was made now rather than by an earlier request with this key.

        Raises:
            AccountNotFound: there is none with this number.
            KeyReused: the key was used for another account, sum or term.
            PromiseRefused: in one of its kinds.
        """
        try:
            async with self._database.transaction() as connection:
                # Requests for one account pass one after the other from here on.
                account = await _account(connection, f"{_ACCOUNT} FOR UPDATE OF accounts", wanted.account)
                earlier = await _promises(connection, "idempotency_key = %s", key)
                if earlier:
                    return _same(earlier[0], wanted), False
                await self._check(connection, account, wanted)
                return await self._insert(connection, wanted, key), True
        except errors.UniqueViolation as race:
            # Only a request for another account can have taken the key meanwhile.
            raise KeyReused from race

    async def _check(self, connection: Connection, account: Account, wanted: Wanted) -> None:
        if await _promises(connection, "account = %s AND NOT paid", account.number):
            raise PromiseActive
        if account.status == "blocked":
            raise AccountBlocked
        if account.debt == 0:
            raise NoDebt
        if wanted.amount < account.debt:
            raise AmountTooSmall

    async def _insert(self, connection: Connection, wanted: Wanted, key: str) -> Promise:
        made = await connection.cursor(row_factory=class_row(Promise)).execute(
            "INSERT INTO billing.promised_payments (account, amount, days, due, idempotency_key)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING id, account, amount, days, due, paid, created_at",
            [wanted.account, wanted.amount, wanted.days, self._today() + timedelta(days=wanted.days), key],
        )
        promise = await made.fetchone()
        assert promise is not None  # noqa: S101 - RETURNING gives the row that was inserted
        return promise


async def _account(connection: Connection, query: str, number: str) -> Account:
    found = await connection.cursor(row_factory=class_row(Account)).execute(query.encode(), [number])
    account = await found.fetchone()
    if account is None:
        raise AccountNotFound
    return account


async def _promises(connection: Connection, condition: str, value: str) -> list[Promise]:
    query = f"{_PROMISE} WHERE {condition}"
    found = await connection.cursor(row_factory=class_row(Promise)).execute(query.encode(), [value])
    return await found.fetchall()


def _same(earlier: Promise, wanted: Wanted) -> Promise:
    if Wanted(earlier.account, earlier.amount, earlier.days) != wanted:
        raise KeyReused
    return earlier
