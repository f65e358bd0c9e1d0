"""The CRM's view of the operator's customers: whom a name, a telephone number or an account belongs to."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from demo.billing.customers import customers as in_billing

_CITIES = ("Воронеж", "Казань", "Калуга", "Пермь", "Псков", "Самара", "Тверь", "Томск", "Тула", "Уфа")


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as an operator sees one.

    Attributes:
        account: ten digits.
        name: surname, name and patronymic.
        addressed: as the customer is spoken to.
        phone: in international form.
        months: with the operator so far.
    """

    account: str
    name: str
    addressed: str
    phone: str
    city: str
    tariff: str
    months: int
    is_blocked: bool


def customers() -> Mapping[str, Customer]:
    """All customers by account, always the same."""
    chance = random.Random(7)  # noqa: S311 - made-up people, no secrets
    return {
        one.number: Customer(
            account=one.number,
            name=f"{one.surname} {one.name}",
            addressed=one.name,
            # 000 is no area code: nobody is called by mistake.
            phone=f"+7000{chance.randint(1_000_000, 9_999_999)}",
            city=chance.choice(_CITIES),
            tariff=one.tariff,
            months=one.months,
            is_blocked=one.status == "blocked",
        )
        for one in in_billing()
    }


def search(among: Mapping[str, Customer], text: str, limit: int) -> Sequence[Customer]:
    """The first ``limit`` customers whose name, account or telephone number holds every word of ``text``."""
    words = text.casefold().split()
    found = []
    for one in among.values():
        haystack = f"{one.name} {one.account} {one.phone}".casefold()
        if all(word in haystack for word in words):
            found.append(one)
            if len(found) == limit:
                break
    return found
