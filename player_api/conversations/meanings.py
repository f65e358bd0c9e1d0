"""What a reply means as the answer to a question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import phonenumbers
from babel.dates import format_date

from player_api.conversations.questions import Kind, Question, money
from player_api.conversations.understanding.dates import dates, typed_date
from player_api.conversations.understanding.digits import digit_strings
from player_api.conversations.understanding.numbers import quantities
from player_api.conversations.understanding.options import Option, choose, choose_several
from player_api.conversations.understanding.phones import phones
from player_api.conversations.understanding.sums import sums
from player_api.conversations.understanding.times import times, typed_time
from player_api.conversations.understanding.words import Language
from player_api.conversations.understanding.yes_no import yes_no
from player_api.forms.texts import shown


@dataclass(frozen=True)
class Place:
    """Where and when somebody speaks.

    Attributes:
        language: what is spoken.
        now: the date and time there.
        month_first: how dates in numbers are written there.
    """

    language: Language
    now: datetime
    month_first: bool = False


@dataclass(frozen=True)
class Candidate:
    """One thing that a reply may mean.

    Attributes:
        values: the same answer as a form may want it, the likeliest first.
        label: how it is named where there are several to choose from.
    """

    values: tuple[Any, ...]
    label: str

    @property
    def value(self) -> Any:
        """The likeliest of the values."""
        return self.values[0]


MOST_FOUND = 9
"""Choices that a customer is asked about at once."""
Candidates = tuple[Candidate, ...]
_YES_AND_NO = (Option(value=True, label=""), Option(value=False, label=""))


def meanings(question: Question, text: str, place: Place) -> Candidates:
    """Return what ``text`` may mean as an answer to ``question``: nothing, one thing, or several to ask about."""
    reader = _READERS.get(question.kind) if question.kind else None
    return reader(question, text, place) if reader else ()


def meanings_of_found(found: Sequence[Option], text: str, place: Place) -> Candidates:
    """Return which of the choices that a function has found by ``text`` it may mean: those that it names, or all."""
    named = choose(text, found, place.language) or tuple(found)
    return tuple(Candidate((option.value,), option.label) for option in named[:MOST_FOUND])


def meanings_of_keys(question: Question, keys: str, place: Place) -> Candidates:
    """Return what keys of a telephone may mean as an answer; ``*`` is the point in a number."""
    digits = keys.strip("#")
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES | Kind.YES_NO:
            return _pressed(question, digits)
        case Kind.DATE:
            return tuple(map(_day(place.language), typed_date(digits, place.now.date())))
        case Kind.TIME:
            return tuple(map(_time, typed_time(digits)))
        case Kind.NUMBER | Kind.SUM | Kind.DIGITS | Kind.PHONE if digits:
            return meanings(question, digits.replace("*", "."), place)
        case _:
            return ()


def _pressed(question: Question, digits: str) -> Candidates:
    """Read numbers of options; of several parted by stars."""
    offered = _YES_AND_NO if question.kind is Kind.YES_NO else question.options
    chosen = [_at(offered, one) for one in digits.split("*")]
    values = [option.value for option in chosen if option is not None]
    if len(values) < len(chosen):
        return ()
    if question.kind is Kind.CHOICES:
        return _one(values, "")
    return _one(values[0], "") if len(values) == 1 else ()


def _at(options: tuple[Option, ...], digits: str) -> Option | None:
    return options[int(digits) - 1] if digits.isdecimal() and 1 <= int(digits) <= len(options) else None


def _one(value: Any, label: str) -> Candidates:
    return (Candidate((value,), label),)


def _text(_question: Question, text: str, _place: Place) -> Candidates:
    visible = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t").strip()
    return _one(visible, visible) if visible else ()


def _choice(question: Question, text: str, place: Place) -> Candidates:
    found = choose(text, question.options, place.language)
    return tuple(Candidate((option.value,), option.label) for option in found)


def _choices(question: Question, text: str, place: Place) -> Candidates:
    parts = choose_several(text, question.options, place.language)
    if not parts or any(not part for part in parts):
        return ()
    unclear = next((part for part in parts if len(part) > 1), None)
    clear = [part[0] for part in parts if len(part) == 1]
    ways = [[*clear, option] for option in unclear] if unclear else [clear]
    return tuple(
        Candidate((list(dict.fromkeys(option.value for option in way)),), ", ".join(option.label for option in way))
        for way in ways
    )


def _yes_no(_question: Question, text: str, place: Place) -> Candidates:
    said = yes_no(text, place.language)
    return () if said is None else _one(said, shown(said, place.language))


def _number(question: Question, text: str, place: Place) -> Candidates:
    if (question.component.get("properties") or {}).get("count") == "days" and not text.strip().isdecimal():
        today = place.now.date()
        ahead = [(day - today).days for day in dates(text, place.language, today, month_first=place.month_first)]
        if ahead:
            return tuple(Candidate((count,), shown(count, place.language)) for count in ahead)
    return tuple(
        Candidate((_plain(number),), shown(number, place.language)) for number in quantities(text, place.language)
    )


def _plain(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)


def _digits(question: Question, text: str, place: Place) -> Candidates:
    pattern = (question.component.get("validate") or {}).get("pattern")
    return tuple(Candidate((digits,), digits) for digits in digit_strings(text, place.language, pattern))


def _sum(question: Question, text: str, place: Place) -> Candidates:
    found = sums(text, place.language)
    if question.component["type"] == "number":
        return tuple(Candidate((kopecks,), money(kopecks, place.language)) for kopecks in found)
    return tuple(
        Candidate(
            (str(kopecks), f"{kopecks / 100:.2f}", f"{kopecks / 100:.2f}".replace(".", ",")),
            money(kopecks, place.language),
        )
        for kopecks in found
    )


def _phone(_question: Question, text: str, place: Place) -> Candidates:
    return tuple(Candidate(_spellings(phone), phone) for phone in phones(text, place.language))


def _spellings(phone: str) -> tuple[str, ...]:
    national = str(phonenumbers.parse(phone).national_number)
    international = phonenumbers.format_number(phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return phone, phone.removeprefix("+"), national, f"8{national}", international


def _date(_question: Question, text: str, place: Place) -> Candidates:
    found = dates(text, place.language, place.now.date(), month_first=place.month_first)
    return tuple(map(_day(place.language), found))


def _day(language: Language) -> Callable[[date], Candidate]:
    return lambda day: Candidate((day.isoformat(),), format_date(day, "d MMMM y", locale=language))


def _times(_question: Question, text: str, place: Place) -> Candidates:
    return tuple(map(_time, times(text, place.language)))


def _time(found: time) -> Candidate:
    return Candidate((f"{found:%H:%M}", f"{found:%H:%M:%S}"), f"{found:%H:%M}")


def _moment(_question: Question, text: str, place: Place) -> Candidates:
    days = dates(text, place.language, place.now.date(), month_first=place.month_first)
    hours = times(text, place.language)
    return tuple(_at_moment(datetime.combine(day, hour, place.now.tzinfo), place) for day in days for hour in hours)


def _at_moment(moment: datetime, place: Place) -> Candidate:
    plain = f"{moment:%Y-%m-%dT%H:%M}"
    label = f"{format_date(moment, 'd MMMM y', locale=place.language)}, {moment:%H:%M}"
    return Candidate((moment.isoformat(timespec="minutes"), plain), label)


_READERS: Mapping[Kind, Callable[[Question, str, Place], Candidates]] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.YES_NO: _yes_no,
    Kind.NUMBER: _number,
    Kind.DIGITS: _digits,
    Kind.SUM: _sum,
    Kind.PHONE: _phone,
    Kind.DATE: _date,
    Kind.TIME: _times,
    Kind.MOMENT: _moment,
}
