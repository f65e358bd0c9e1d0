"""Stand-ins for what a recording must not show: of the same shape, and the same wherever the same stood."""

import random
import re
import string
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import JsonValue

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?")
_CODE = re.compile(r"[a-z][a-z0-9]*([_.-][a-z0-9]+)*|[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", re.ASCII)
"""Words that programs use: states, codes, names of things."""
_LETTERS = (
    string.ascii_lowercase,
    string.ascii_uppercase,
    "абвгдежзиклмнопрстуфхцчшщэюя",
    "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ",
)
_DRAWN = 20
"""Times that a stand-in is drawn anew where chance has given the text itself."""
_NAMING = frozenset({"label", "name", "title", "text"})
"""Members of choices that are for people."""


class StandIns:
    """Replaces values.

    What a script decides by stays, since the case would go another way without it; so do numbers, days, and words that
    programs use. Personal data is replaced in any case.

    Args:
        personal: names of variables and answers that hold personal data.
        decided_by: names that the script decides by.
        chance: where letters and digits come from.
    """

    def __init__(self, personal: Collection[str], decided_by: Collection[str], chance: random.Random) -> None:
        self._personal = frozenset(personal)
        self._decided_by = frozenset(decided_by)
        self._chance = chance
        self._known: dict[str, str] = {}

    def know(self, values: Mapping[str, Any]) -> None:
        """Learn what is personal in some values, so that it is replaced under other names too."""
        for name in self._personal & values.keys():
            for text in _texts(values[name]):
                self._replaced(text)

    def instead(self, values: Mapping[str, Any]) -> dict[str, JsonValue]:
        """Return values by name as a recording shows them."""
        return {name: self._named(name, value) for name, value in values.items()}

    def _named(self, name: str, value: Any) -> JsonValue:
        return self._value(value, personal=name in self._personal, stays=name in self._decided_by)

    def _value(self, value: Any, *, personal: bool, stays: bool) -> JsonValue:
        match value:
            case bool() | None:
                return value
            case int() | float():
                return _number(value, self._replaced(str(value))) if personal or str(value) in self._known else value
            case str():
                return self._text(value, personal=personal, stays=stays)
            case list():
                return [self._value(item, personal=personal, stays=stays) for item in value]
            case Mapping():
                return {
                    str(name): self._value(
                        item, personal=personal or name in self._personal, stays=stays and name not in _NAMING
                    )
                    for name, item in value.items()
                }
            case _:
                return str(value)

    def _text(self, text: str, *, personal: bool, stays: bool) -> str:
        if text in self._known or personal:
            return self._replaced(text)
        if stays or _MOMENT.fullmatch(text) or _CODE.fullmatch(text):
            for known, instead in self._known.items():
                text = text.replace(known, instead) if len(known) > 3 else text
            return text
        return self._replaced(text)

    def _replaced(self, text: str) -> str:
        if text not in self._known:
            drawn = ("".join(self._letters(text)) for _ in range(_DRAWN))
            self._known[text] = next((instead for instead in drawn if instead != text), text)
        return self._known[text]

    def _letters(self, text: str) -> Iterator[str]:
        before = ""
        for letter in text:
            alphabet = next((letters for letters in _LETTERS if letter in letters), None)
            if alphabet is not None:
                yield self._chance.choice(alphabet)
            elif letter.isdigit() and letter != "0" and before.isdigit():
                yield self._chance.choice("123456789")
            else:
                yield letter  # also the first digit of a number, which says what kind of number it is
            before = letter


def _number(value: float, instead: str) -> float:
    return type(value)(instead) if re.fullmatch(r"-?\d+(\.\d+)?", instead) else value


def _texts(value: Any) -> Iterator[str]:
    match value:
        case bool() | None:
            return
        case str():
            yield value
        case int() | float():
            yield str(value)
        case list():
            for item in value:
                yield from _texts(item)
        case Mapping():
            for item in value.values():
                yield from _texts(item)
