"""The customers are made once, all or nothing, and are always the same."""

import asyncio
from datetime import date

import pytest

from demo.billing.customers import COUNT, customers
from demo.billing.seeding import prepare, reset
from demo.postgres import Database

TODAY = date(2026, 11, 24)
TABLES = ("customers", "accounts", "charges", "payments")
"""Without promised payments, which say when they were made."""


async def contents(database: Database) -> list[list[tuple[object, ...]]]:
    async with database.transaction() as connection:
        return [
            await (await connection.execute(f"SELECT * FROM billing.{table} ORDER BY 1".encode())).fetchall()
            for table in TABLES
        ]


async def test_two_starting_at_once(empty_database: Database) -> None:
    made = await asyncio.gather(*(prepare(empty_database, TODAY) for _ in range(4)))
    assert sorted(made) == [False, False, False, True]
    found, accounts, *_ = await contents(empty_database)
    assert len(found) == len(accounts) == COUNT == 1000


async def test_breaking_off_leaves_nothing(empty_database: Database) -> None:
    with pytest.raises(ValueError, match="year"):  # in the middle of the charges: there is no month before the first
        await prepare(empty_database, date(1, 1, 1))
    async with empty_database.transaction() as connection:
        found = await connection.execute("SELECT 1 FROM information_schema.schemata WHERE schema_name = 'billing'")
        assert await found.fetchone() is None
    assert await prepare(empty_database, TODAY)


async def test_always_the_same(empty_database: Database) -> None:
    await prepare(empty_database, TODAY)
    before = await contents(empty_database)
    await reset(empty_database, TODAY)
    assert await contents(empty_database) == before


async def test_balances_are_what_was_booked(database: Database) -> None:
    async with database.transaction() as connection:
        found = await connection.execute(
            "SELECT number, coalesce((SELECT sum(amount) FROM billing.payments WHERE account = number), 0)"
            " - coalesce((SELECT sum(amount) FROM billing.charges WHERE account = number), 0) FROM billing.accounts"
        )
        booked = dict(await found.fetchall())
    assert booked == {customer.number: customer.balance for customer in customers()}


def test_there_is_somebody_of_every_kind() -> None:
    everyone = list(customers())
    assert len({customer.number for customer in everyone}) == COUNT
    assert 250 < sum(customer.balance < 0 for customer in everyone) < 450
    assert 1 < sum(customer.status == "blocked" for customer in everyone) < 30
