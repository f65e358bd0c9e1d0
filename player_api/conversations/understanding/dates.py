"""Dates as people say and write them."""

import calendar
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from player_api.conversations.understanding.calendar_words import (
    LAST,
    NEXT,
    RELATIVE,
    THIS,
    month_of,
    unit_of,
    weekday_of,
)
from player_api.conversations.understanding.numbers import find_numbers, read_number
from player_api.conversations.understanding.words import Language, tidy, tokens

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/-]|[.,]\d)")
_CENTURY_TURN = 20
"""Years ahead up to which a year of two digits is in this century."""
_FURTHEST = {"day": 10_000, "week": 1_000, "half_month": 1, "month": 500, "half_year": 1, "year": 150}
Dates = list[date]


def dates(text: str, language: Language, today: date, *, month_first: bool = False) -> tuple[date, ...]:
    """Return the dates that ``text`` may mean, soonest first.

    A date without a year is the next one to come.

    Args:
        text: what was said.
        language: its language.
        today: the date where the customer is.
        month_first: ``5/12`` is the twelfth of May, as in the United States; elsewhere English leaves it open.
    """
    if found := list(_written(tidy(text), language, today, month_first=month_first)):
        return tuple(dict.fromkeys(found))
    said = [token for token in tokens(text) if token not in {",", ".", "!", "?"}]
    readers: tuple[Callable[[Sequence[str], Language, date], Dates], ...] = (
        _relative,
        _distance,
        _day_of_month,
        _end_of,
        _weekday,
        _lone_day,
    )
    for reader in readers:
        if found := reader(said, language, today):
            return tuple(sorted(set(found)))
    return ()


def typed_date(digits: str, today: date) -> tuple[date, ...]:
    """Return the date of keys pressed on a telephone: day, month and maybe a year (``0512``, ``05122026``)."""
    match = re.fullmatch(r"(\d\d)(\d\d)(\d{4}|\d\d)?", digits)
    if match is None:
        return ()
    found = _valid(int(match[1]), int(match[2]), _year(match[3], today), today)
    return (found,) if found else ()


def _valid(day: int, month: int, year: int | None, today: date) -> date | None:
    for candidate in (year,) if year is not None else range(today.year, today.year + 9):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year is not None or found >= today:
            return found
    return None


def _year(written: str | None, today: date) -> int | None:
    if written is None:
        return None
    year = int(written)
    if year >= 100:
        return year
    century = today.year // 100 * 100
    return century + year if century + year <= today.year + _CENTURY_TURN else century - 100 + year


def _written(text: str, language: Language, today: date, *, month_first: bool) -> Iterator[date]:
    for year, month, day in _ISO.findall(text):
        if found := _valid(int(day), int(month), int(year), today):
            yield found
    if _ISO.search(text):
        return
    for one, sign, other, year in _NUMERIC.findall(text):
        ways = [(int(one), int(other)), (int(other), int(one))]
        if language == "ru" or sign == ".":
            ways = ways[:1]
        elif month_first:
            ways = ways[1:]
        for day, month in ways:
            if found := _valid(day, month, _year(year or None, today), today):
                yield found


def _relative(said: Sequence[str], language: Language, today: date) -> Dates:
    joined = " ".join(said)
    if language == "en" and (match := re.search(r"(the )?day (after tomorrow|before yesterday)", joined)):
        return [today + timedelta(2 if match[2].startswith("after") else -2)]
    return [today + timedelta(RELATIVE[language][token]) for token in said if token in RELATIVE[language]]


def _distance(said: Sequence[str], language: Language, today: date) -> Dates:
    """``через три дня``, ``in a week``, ``two days ago``."""
    for at, token in enumerate(said):
        unit = unit_of(token, language)
        if unit is None:
            continue
        numbers = [number for number in find_numbers(said[:at], language) if number.end == at and not number.is_ordinal]
        count = int(numbers[0].value) if numbers and numbers[0].value % 1 == 0 else None
        start = numbers[0].start if numbers else at - (language == "en" and said[at - 1 : at] in (["a"], ["one"]))
        before, after = said[max(start - 1, 0) : start], said[at + 1 : at + 2]
        if language == "ru" and after == ["через"] and (number := read_number(said, at + 2, language)):
            count, before = int(number.value), after  # "дня через три"
        if before in (["через"], ["спустя"], ["in"], ["within"]) or after in (["from"], ["later"], ["спустя"]):
            if language == "ru" and unit == "day" and count is None:
                return [today + timedelta(1), today + timedelta(2)]  # "через день" is said of both
            return _within_reason(today, unit, 1 if count is None else count)
        if after in (["назад"], ["ago"]):
            return _within_reason(today, unit, -1 if count is None else -count)
    return []


def _within_reason(today: date, unit: str, count: int) -> Dates:
    return [_moved(today, unit, count)] if abs(count) <= _FURTHEST[unit] else []


def _moved(today: date, unit: str, count: int) -> date:
    days = {"day": 1, "week": 7, "half_month": 15}
    if unit in days:
        return today + timedelta(days[unit] * count)
    months = today.year * 12 + today.month - 1 + count * {"month": 1, "half_year": 6, "year": 12}[unit]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _weekday(said: Sequence[str], language: Language, today: date) -> Dates:
    found: Dates = []
    monday = today - timedelta(today.weekday())
    for at, token in enumerate(said):
        day = weekday_of(token, language)
        if day is None:
            continue
        before = said[at - 1] if at else ""
        soonest = today + timedelta((day - today.weekday()) % 7)
        if LAST[language].fullmatch(before):
            found += [soonest - timedelta(7), monday + timedelta(day - 7)]  # "last Friday" said on a Sunday
        elif NEXT[language].fullmatch(before):
            of_next_week = monday + timedelta(7 + day)
            # In English "next Friday" on a Monday is the coming one to some, the one after it to others.
            found += [of_next_week] if language == "ru" or soonest == today else [soonest, of_next_week]
        elif THIS[language].fullmatch(before) or soonest != today:
            found.append(soonest)
        else:
            found += [today, today + timedelta(7)]
    return found


def _day_of_month(said: Sequence[str], language: Language, today: date) -> Dates:
    """``пятое мая``, ``the fifth of May``, ``May 5th 2027``."""
    found: Dates = []
    for at, token in enumerate(said):
        month = month_of(token, language)
        if month is None:
            continue
        before = [number for number in find_numbers(said[:at], language) if number.end in {at, at - 1}]
        if before and before[-1].end == at - 1 and said[at - 1] not in {"of", "-"}:
            before = []
        after = read_number(said, at + 1 + (said[at + 1 : at + 2] == ["the"]), language)
        if before:
            day, rest = before[-1].value, at + 1
        elif after is not None and after.value <= 31:
            day, rest = after.value, after.end
        else:
            continue
        if day % 1 == 0 and (date_ := _valid(int(day), month, _said_year(said[rest:], language, today), today)):
            found.append(date_)
    return found


def _said_year(said: Sequence[str], language: Language, today: date) -> int | None:
    numbers = find_numbers(said[:8], language)
    if not numbers or numbers[0].start > 0:
        return None
    year = int(numbers[0].value)
    if language == "en" and len(numbers) > 1 and numbers[1].start == numbers[0].end and 10 <= year <= 99:
        return year * 100 + int(numbers[1].value)  # "nineteen eighty five"
    if year >= 1000:
        return year if year <= 9999 else None
    follows = said[numbers[0].end : numbers[0].end + 1]
    is_year = bool(follows) and unit_of(follows[0], language) == "year"
    return _year(f"{year:02}", today) if year < 100 and (is_year or numbers[0].is_ordinal) else None


def _end_of(said: Sequence[str], _language: Language, today: date) -> Dates:
    joined = " ".join(said)
    if re.search(r"кон(?:ец|це|ца) (?:этого )?месяца|end of (?:the |this )?month", joined):
        return [today.replace(day=calendar.monthrange(today.year, today.month)[1])]
    if re.search(r"конце? недели|end of (?:the |this )?week", joined):
        return [today + timedelta((6 - today.weekday()) % 7)]
    return []


def _lone_day(said: Sequence[str], language: Language, today: date) -> Dates:
    """``двадцать первого``, ``21 числа``: that day of this month, or of the next one that has it."""
    numbers = find_numbers(said, language)
    found: Dates = []
    for number in numbers:
        after = said[number.end : number.end + 1]
        if number.value % 1 or not 1 <= number.value <= 31:
            continue
        if not (number.is_ordinal or after in (["числа"], ["число"]) or len(said) == 1):
            continue
        day = int(number.value)
        for ahead in range(13):
            month = _moved(today.replace(day=1), "month", ahead)
            if day <= calendar.monthrange(month.year, month.month)[1] and month.replace(day=day) >= today:
                found.append(month.replace(day=day))
                break
    return found
