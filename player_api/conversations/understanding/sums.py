"""Sums of money, in whole kopecks."""

import re
from collections.abc import Sequence
from decimal import Decimal

from player_api.conversations.understanding.numbers import Number, find_numbers, quantities
from player_api.conversations.understanding.words import Language, tokens

LARGEST = 10**14
"""Kopecks."""
_MAJOR = {
    "ru": re.compile(r"руб\w*|р|₽|целков\w*"),
    "en": re.compile(r"roubles?|rubles?|rub|₽|dollars?|bucks?|euros?|pounds?|[$€£]"),
}
_MINOR = {"ru": re.compile(r"коп\w*"), "en": re.compile(r"kopecks?|kopeks?|cents?|pence|p|c")}
_LONE_MAJOR = {"ru": re.compile(r"рубль|рублик"), "en": re.compile(r"(?!)")}


def sums(text: str, language: Language) -> tuple[int, ...]:
    """Return the sums that ``text`` may mean, in kopecks: ``two fifty`` is 2.50 to some and 250 to others."""
    said = tokens(text)
    numbers = find_numbers(said, language)
    found = _with_units(said, numbers, language) or _without_units(text, numbers, language)
    whole = (int(kopecks) for kopecks in found if kopecks == int(kopecks) and 0 <= kopecks < LARGEST)
    return tuple(dict.fromkeys(whole))


def _with_units(said: Sequence[str], numbers: Sequence[Number], language: Language) -> list[Decimal]:
    """Read sums that name what they count; ``сто рублей пятьдесят копеек`` is one sum."""
    if not numbers and any(_LONE_MAJOR[language].fullmatch(token) for token in said):
        return [Decimal(100)]
    found: list[Decimal] = []
    roubles: Decimal | None = None
    units = [_unit(said, number, language) for number in numbers]
    named = any(units)
    for number, unit in zip(numbers, units, strict=True):
        if unit == "major":
            if roubles is not None:
                found.append(roubles * 100)
            roubles = number.value
        elif unit == "minor" or (unit is None and roubles is not None and 0 < number.value < 100):
            found.append((roubles or 0) * 100 + number.value)
            roubles = None
        elif roubles is not None:
            return []
        elif named:
            found.append(number.value * 100)
    if roubles is not None:
        found.append(roubles * 100)
    return found


def _unit(said: Sequence[str], number: Number, language: Language) -> str | None:
    following = said[number.end] if number.end < len(said) else ""
    before = said[number.start - 1] if number.start else ""
    if _MINOR[language].fullmatch(following):
        return "minor"
    if _MAJOR[language].fullmatch(following) or before in {"$", "€", "£", "₽"}:
        return "major"
    return None


def _without_units(text: str, numbers: Sequence[Number], language: Language) -> list[Decimal]:
    if len(numbers) == 2 and numbers[0].end == numbers[1].start:
        roubles, kopecks = (number.value for number in numbers)
        if 10 <= kopecks < 100 and roubles == int(roubles):
            exact = roubles * 100 + kopecks
            # Below ten, hundreds are often left out: "two fifty".
            return [exact, (roubles * 100 + kopecks) * 100] if 1 <= roubles < 10 else [exact]
    return [value * 100 for value in quantities(text, language)]
