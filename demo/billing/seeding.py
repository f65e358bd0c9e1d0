"""Making billing's tables and filling them: once, all or nothing, by one process at a time."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

from demo.billing.customers import Customer, customers
from demo.postgres import Connection, Database

_LOCK = 0x62696C6C
"""Number of the advisory lock (PostgreSQL documentation, 13.3.5) that one process at a time may hold."""
_CHARGED_MONTHS = 6
Booking = tuple[str, int, str, date]
"""Account, kopecks, purpose or method, and day."""


async def prepare(database: Database, today: date) -> bool:
    """Make what is missing: tables, and the customers where there are none.

    Args:
        database: where.
        today: the day that past charges and payments are counted back from.

    Returns:
        Whether customers were made.

    Raises:
        psycopg.Error: the database can't be reached or refuses; nothing was made then.
    """
    async with database.transaction() as connection:
        await _lock_and_make_tables(connection)
        found = await connection.execute("SELECT 1 FROM billing.customers LIMIT 1")
        if await found.fetchone():
            return False
        await _fill(connection, today)
        return True


async def reset(database: Database, today: date) -> None:
    """Put everything back to how it was at first.

    Raises:
        psycopg.Error: the database can't be reached or refuses; nothing was changed then.
    """
    async with database.transaction() as connection:
        await _lock_and_make_tables(connection)
        await connection.execute("TRUNCATE billing.customers RESTART IDENTITY CASCADE")
        await _fill(connection, today)


async def _lock_and_make_tables(connection: Connection) -> None:
    await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    await connection.execute(Path(__file__).with_name("schema.sql").read_bytes())


async def _fill(connection: Connection, today: date) -> None:
    everyone = list(customers())
    await _copy(
        connection,
        "customers (id, full_name, name, since)",
        (
            (int(one.number), f"{one.surname} {one.name}", one.name, _months_before(today, one.months))
            for one in everyone
        ),
    )
    await _copy(
        connection,
        "accounts (number, customer_id, tariff, status)",
        ((one.number, int(one.number), one.tariff, one.status) for one in everyone),
    )
    await _copy(
        connection,
        "charges (account, amount, purpose, charged_on)",
        (booking for one in everyone for booking in _charges(one, today)),
    )
    await _copy(
        connection,
        "payments (account, amount, method, paid_on)",
        (booking for one in everyone for booking in _payments(one, today)),
    )
    await _copy(
        connection,
        "promised_payments (account, amount, days, due, idempotency_key)",
        (
            (one.number, one.promise, 5, today + timedelta(days=2), f"before-{one.number}")
            for one in everyone
            if one.promise is not None
        ),
    )


async def _copy(connection: Connection, table: str, rows: "Iterator[tuple[object, ...]]") -> None:
    async with connection.cursor().copy(f"COPY billing.{table} FROM STDIN".encode()) as copy:
        for row in rows:
            await copy.write_row(row)


def _charges(customer: Customer, today: date) -> Iterator[Booking]:
    """Monthly fees; a debt above all of them was run up with a router bought on instalments."""
    charged = 0
    for month in range(min(customer.months, _CHARGED_MONTHS), 0, -1):
        charged += customer.fee
        yield customer.number, customer.fee, f"Абонентская плата, «{customer.tariff}»", _months_before(today, month)
    if -customer.balance > charged:
        yield customer.number, -customer.balance - charged, "Роутер в рассрочку", _months_before(today, 1)


def _payments(customer: Customer, today: date) -> Iterator[Booking]:
    """A payment for each fee, later ones missing or smaller for a debt, the last one larger for money left over."""
    left = sum(amount for _, amount, _, _ in _charges(customer, today)) + customer.balance
    months = range(min(customer.months, _CHARGED_MONTHS), 0, -1)
    for month, method in zip(months, cycle(("card", "bank", "cash")), strict=False):
        is_last = month == 1
        amount = left if is_last else min(left, customer.fee)
        if amount > 0:
            yield customer.number, amount, method, _months_before(today, month) + timedelta(days=3)
        left -= amount


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, at most the 28th."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, 28))
