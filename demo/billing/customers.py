"""The customers that demo billing starts with: six to demonstrate with, the rest made up, always the same."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FIRST_NUMBER = 1_000_000_001
COUNT = 1_000

_TARIFFS = {"Домашний": 45_000, "Всё вместе": 69_000, "Максимум": 110_000}
"""Monthly fees in kopecks."""
_WOMEN = (
    ("Анна", "Мария", "Елена", "Ольга", "Галина", "Ирина", "Наталья", "Татьяна"),
    ("Сергеевна", "Олеговна", "Ивановна", "Андреевна", "Павловна", "Ильинична"),
    ("Смирнова", "Кузнецова", "Попова", "Соколова", "Лебедева", "Новикова", "Морозова"),
)
_MEN = (
    ("Борис", "Виктор", "Павел", "Андрей", "Дмитрий", "Сергей", "Максим", "Олег"),
    ("Андреевич", "Павлович", "Ильич", "Сергеевич", "Олегович", "Иванович"),
    ("Волков", "Зайцев", "Павлов", "Семёнов", "Голубев", "Виноградов", "Богданов"),
)


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with one account.

    Attributes:
        number: of the account.
        name: how the customer is addressed.
        months: with the operator so far.
        balance: in kopecks, negative for a debt.
        promise: kopecks of an unpaid promised payment, None without one.
    """

    number: str
    name: str
    surname: str
    months: int
    tariff: str
    balance: int
    status: Literal["active", "blocked"] = "active"
    promise: int | None = None

    @property
    def fee(self) -> int:
        """Monthly fee in kopecks."""
        return _TARIFFS[self.tariff]


_KNOWN = (
    Customer("1000000001", "Анна Сергеевна", "Смирнова", 48, "Домашний", -12_550),
    Customer("1000000002", "Борис Андреевич", "Волков", 20, "Домашний", 35_000),
    Customer("1000000003", "Виктор Павлович", "Зайцев", 15, "Всё вместе", -42_000, promise=50_000),
    Customer("1000000004", "Галина Ивановна", "Попова", 30, "Максимум", -89_000, status="blocked"),
    Customer("1000000005", "Павел Ильич", "Семёнов", 2, "Домашний", -30_000),
    Customer("1000000006", "Мария Олеговна", "Соколова", 60, "Максимум", -450_000),
)


def customers() -> Iterator[Customer]:
    """All customers, by account number: a few in ten are in debt, one in a hundred is blocked."""
    yield from _KNOWN
    chance = random.Random(2026)  # noqa: S311 - made-up people, no secrets
    for number in range(FIRST_NUMBER + len(_KNOWN), FIRST_NUMBER + COUNT):
        first, patronymic, surname = (chance.choice(names) for names in chance.choice((_WOMEN, _MEN)))
        in_debt = chance.random() < 0.35
        yield Customer(
            str(number),
            f"{first} {patronymic}",
            surname,
            months=chance.randint(1, 120),
            tariff=chance.choice(list(_TARIFFS)),
            balance=-chance.randint(500, 200_000) if in_debt else chance.randint(0, 150_000),
            status="blocked" if chance.random() < 0.01 else "active",
        )
