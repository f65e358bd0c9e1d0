"""The equipment that customers have at home: some hundred models, always the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["router", "terminal", "box"]


@dataclass(frozen=True, slots=True)
class Model:
    """A model of a device.

    Attributes:
        code: names it in every system.
        kind: router, optical terminal or set-top box.
        lamp: what its Internet lamp is called on the case.
    """

    code: str
    name: str
    kind: Kind
    wifi_mbps: int
    lamp: str


_LINES: Sequence[tuple[str, str, Kind, int, str]] = (
    ("Волна", "W", "router", 300, "Internet"),
    ("Маяк", "M", "router", 600, "WAN"),
    ("Спутник", "S", "router", 1200, "глобус"),
    ("Луч", "L", "terminal", 1200, "PON"),
    ("Экран", "E", "box", 0, "NET"),
)
_SERIES = range(10, 50, 2)


@cache
def models() -> Sequence[Model]:
    """All models, in the order of their names."""
    return tuple(sorted(_all(), key=lambda model: model.name))


def _all() -> Iterator[Model]:
    for name, letter, kind, wifi, lamp in _LINES:
        for series in _SERIES:
            yield Model(f"{letter}{series}", f"{name}-{series}", kind, wifi, lamp)


def search(text: str, limit: int) -> tuple[int, list[Model]]:
    """How many models hold every word of ``text`` in name or code, and the first ``limit`` of them."""
    words = text.casefold().split()
    found = [model for model in models() if all(word in f"{model.name} {model.code}".casefold() for word in words)]
    return len(found), found[:limit]
