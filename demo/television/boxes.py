"""The set-top boxes and packages that demo television starts with: a few to demonstrate with, the rest made up."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from demo.inventory.lines import lines
from demo.knowledge.models import models

Trouble = Literal["none", "hung", "loss", "wifi"]
"""What is wrong with a picture, which only a reading finds out."""


@dataclass(frozen=True, slots=True)
class Box:
    """A customer's set-top box.

    Attributes:
        model: its code in the dictionary of equipment.
    """

    account: str
    model: str
    firmware: str
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Package:
    """Channels that are sold together.

    Attributes:
        fee: kopecks a month.
        series: the oldest series of boxes that can show it.
    """

    code: str
    name: str
    name_en: str
    channels: int
    fee: int
    series: int = 0


KNOWN_TROUBLES: dict[str, Trouble] = {
    "1000000001": "hung",
    "1000000002": "wifi",
    "1000000003": "none",
    "1000000009": "loss",
    "1000000010": "loss",
    "1000000011": "none",
    "1000000012": "hung",
}
"""Boxes to demonstrate with."""
OLD_BOX = "1000000011"
"""The account whose box is too old for some packages."""
PACKAGES = (
    Package("kino", "Кинозал", "Cinema", 24, 29_900),
    Package("sport", "Спорт", "Sport", 18, 38_000),
    Package("kids", "Детям", "Kids", 15, 14_900),
    Package("uhd", "Сверхчёткость", "Ultra HD", 9, 25_000, series=30),
)
SUBSCRIBED = {"1000000003": "kino", "1000000009": "sport"}
"""Packages that accounts have from the beginning."""
_TROUBLES: tuple[Trouble, ...] = ("none", "hung", "loss", "wifi")


@cache
def boxes() -> Mapping[str, Box]:
    """All boxes by account: everybody with a line has one."""
    return {box.account: box for box in _all()}


def _all() -> Iterator[Box]:
    chance = random.Random(41)  # noqa: S311 - made-up boxes, no secrets
    kinds = [model.code for model in models() if model.kind == "box"]
    for line in lines():
        model, trouble = chance.choice(kinds), chance.choices(_TROUBLES, (70, 12, 8, 10))[0]
        known = "E14" if line.account == OLD_BOX else "E36"
        yield Box(
            account=line.account,
            model=known if line.account in KNOWN_TROUBLES else model,
            firmware=f"4.{chance.randrange(10)}",
            trouble=KNOWN_TROUBLES.get(line.account, trouble),
        )


def series(model: str) -> int:
    """The series of a box by its code."""
    return int(model.removeprefix("E"))
