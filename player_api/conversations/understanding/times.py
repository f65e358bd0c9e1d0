"""Times of day as people say and write them."""

import re
from collections.abc import Sequence
from datetime import time

from player_api.conversations.understanding.number_words import number_word
from player_api.conversations.understanding.numbers import find_numbers, read_number
from player_api.conversations.understanding.words import Language, tidy, tokens

_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)(?!\d)\s*(am|pm|a\.m\.|p\.m\.)?")
_NAMED = {"полдень": time(12), "полночь": time(0), "noon": time(12), "midday": time(12), "midnight": time(0)}
_MORNING = {"утра", "ночи", "am", "утром", "morning"}
_EVENING = {"вечера", "дня", "pm", "вечером", "днем", "evening", "afternoon", "night"}
_HOUR = {"час", "часа", "часов", "ч", "hour", "hours", "o", "clock", "oclock"}
_MINUTE = {"минут", "минуты", "минута", "минуту", "мин", "minutes", "minute"}
_HALF = re.compile(r"пол(\w{3,})")


def times(text: str, language: Language) -> tuple[time, ...]:
    """Return the times of day that ``text`` may mean; of ``в пять`` there are two."""
    if written := _CLOCK.search(tidy(text)):
        half = {"a": "am", "p": "pm"}.get((written[3] or "")[:1], "")
        return _either(int(written[1]), int(written[2]), half, is_exact=not half or int(written[1]) > 12)
    said = [token for token in tokens(text) if token[0].isalnum()]
    for token in said:
        if token in _NAMED:
            return (_NAMED[token],)
    part = "am" if _MORNING & set(said) else "pm" if _EVENING & set(said) else ""
    found = _half_past(said, language) or _quarter(said, language) or _hours(said, language)
    if found is None:
        return ()
    return _either(*found, part, is_exact=found[0] == 0 or found[0] > 12)


def typed_time(digits: str) -> tuple[time, ...]:
    """Return the time of four keys pressed on a telephone, ``1530``."""
    match = re.fullmatch(r"([01]\d|2[0-3])([0-5]\d)", digits)
    return (time(int(match[1]), int(match[2])),) if match else ()


def _either(hour: int, minute: int, part: str, *, is_exact: bool) -> tuple[time, ...]:
    if hour > 23:
        return ()
    if is_exact or hour > 12:
        return (time(hour, minute),)
    morning, evening = time(hour % 12, minute), time(hour % 12 + 12, minute)
    return {"am": (morning,), "pm": (evening,)}.get(part, (morning, evening))


def _half_past(said: Sequence[str], language: Language) -> tuple[int, int] | None:
    for at, begins in enumerate(said):
        if language == "en" and begins == "half" and said[at + 1 : at + 2] == ["past"]:
            number = read_number(said, at + 2, language)
            return (int(number.value), 30) if number and 1 <= number.value <= 12 else None
        if language == "ru":
            match = _HALF.fullmatch(begins)
            following = said[at + 1 : at + 2] if begins in {"половина", "половине"} else [match[1]] if match else []
            hour = number_word(following[0], language) if following else None
            if hour is not None and 1 <= hour.value <= 12:
                return int(hour.value - 1) or 12, 30
    return None


def _quarter(said: Sequence[str], language: Language) -> tuple[int, int] | None:
    """``без пятнадцати шесть``, ``quarter to six``, ``ten past five``."""
    for at, begins in enumerate(said):
        if begins == "без" and language == "ru":
            rest = ["пятнадцати" if word == "четверти" else word for word in said[at + 1 :] if word not in _MINUTE]
            minutes = number_word(rest[0], language) if rest else None
            hour = number_word(rest[-1], language) if len(rest) > 1 else None
            if minutes and hour and 0 < minutes.value < 60 and 1 <= hour.value <= 12:
                return int(hour.value - 1) or 12, 60 - int(minutes.value)
        if begins in {"past", "to"} and language == "en" and at:
            before = find_numbers(["fifteen" if word == "quarter" else word for word in said[:at]], language)
            after = read_number(said, at + 1, language)
            if before and after and before[-1].value < 60 and 1 <= after.value <= 12:
                hour_, minute = int(after.value), int(before[-1].value)
                return (hour_, minute) if begins == "past" else (hour_ - 1 or 12, 60 - minute)
    return None


def _hours(said: Sequence[str], language: Language) -> tuple[int, int] | None:
    numbers = find_numbers([token for token in said if token not in _HOUR | _MINUTE], language)
    whole = [int(number.value) for number in numbers if number.value % 1 == 0 and not number.is_ordinal]
    if not whole:
        return (1, 0) if "час" in said else None
    if len(whole) > 2 or whole[0] > 23 or (len(whole) == 2 and whole[1] > 59):
        return None
    return whole[0], whole[1] if len(whole) == 2 else 0
