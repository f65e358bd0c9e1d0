"""The lines that demo inventory starts with: a few to demonstrate with, the rest made up, always the same."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from demo.addresses import addresses

Fault = Literal["none", "break", "noise", "port", "device"]
"""What is wrong with a line, which only a measurement finds out."""


@dataclass(frozen=True, slots=True)
class Line:
    """A customer's line.

    Attributes:
        port: of the access switch.
        speed: of the contract, Mbit/s.
        model: code of the device at the customer's.
        fault: what a measurement finds.
    """

    account: str
    house: str
    port: str
    technology: Literal["FTTB", "GPON"]
    speed: int
    model: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Outage:
    """Work or damage that a whole house suffers from.

    Attributes:
        hours: until it is expected to be over.
    """

    house: str
    kind: Literal["damage", "works"]
    reason: str
    hours: int


KNOWN_FAULTS: dict[str, Fault] = {
    "1000000001": "none",
    "1000000002": "none",
    "1000000004": "none",
    "1000000009": "break",
    "1000000010": "noise",
    "1000000011": "port",
    "1000000012": "device",
}
"""Lines to demonstrate with."""
NO_LINE = "1000000005"
"""The account whose line is not connected yet."""
_OUTAGES = {
    "1000000007": ("damage", "повреждён кабель к дому", 4),
    "1000000008": ("works", "меняем оборудование в доме", 2),
}
_FAULTS: tuple[Fault, ...] = ("none", "break", "noise", "port", "device")


def lines() -> Iterator[Line]:
    """All lines by account."""
    chance = random.Random(23)  # noqa: S311 - made-up lines, no secrets
    for index, (account, address) in enumerate(addresses().items()):
        optical = chance.random() < 0.4
        fault = chance.choices(_FAULTS, (70, 8, 8, 8, 6))[0]
        letter, speed, series = (
            "L" if optical else chance.choice("WMS"),
            chance.choice((100, 300, 500)),
            chance.randrange(20),
        )
        if account == NO_LINE:
            continue
        yield Line(
            account=account,
            house=address.of_house,
            port=f"{'olt' if optical else 'sw'}-{index // 24 + 1:03}/{index % 24 + 1}",
            technology="GPON" if optical else "FTTB",
            speed=speed,
            model=f"{letter}{10 + 2 * series}",
            fault=KNOWN_FAULTS.get(account, fault),
        )


def outages() -> Iterator[Outage]:
    """All present outages."""
    for account, (kind, reason, hours) in _OUTAGES.items():
        yield Outage(addresses()[account].of_house, "damage" if kind == "damage" else "works", reason, hours)
