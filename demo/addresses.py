"""Where the operator's customers live: the same address in every demo system."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from demo.crm.customers import customers
from demo.knowledge.streets import streets


@dataclass(frozen=True, slots=True)
class Address:
    """A flat.

    Attributes:
        street: with its kind, as it is said.
        house: its number.
        flat: its number.
    """

    city: str
    street: str
    house: int
    flat: int

    @property
    def of_house(self) -> str:
        """The house, as it is said."""
        return f"{self.city}, {self.street}, дом {self.house}"

    @property
    def text(self) -> str:
        """The whole address, as it is said."""
        return f"{self.of_house}, квартира {self.flat}"


@cache
def addresses() -> Mapping[str, Address]:
    """Addresses by account, always the same."""
    chance = random.Random(11)  # noqa: S311 - made-up people, no secrets
    by_city = {city: list(of_city) for city, of_city in streets().items()}
    return {
        account: Address(one.city, chance.choice(by_city[one.city]).name, chance.randint(1, 120), chance.randint(1, 90))
        for account, one in customers().items()
    }
