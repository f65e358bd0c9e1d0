"""The words that dates and times are made of."""

import re
from collections.abc import Mapping

from player_api.conversations.understanding.words import Language

_RUSSIAN_MONTHS = (
    "январ[ьяею]|янв", "феврал[ьяею]|фев", "март[аеу]?|мар", "апрел[ьяею]|апр", "ма[йяею]", "июн[ьяею]|июн",
    "июл[ьяею]|июл", "август[аеу]?|авг", "сентябр[ьяею]|сен|сент", "октябр[ьяею]|окт", "ноябр[ьяею]|ноя",
    "декабр[ьяею]|дек",
)  # fmt: skip
_ENGLISH_MONTHS = (
    "january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun", "july|jul", "august|aug",
    "september|sept?", "october|oct", "november|nov", "december|dec",
)  # fmt: skip
_RUSSIAN_DAYS = ("понедельник\\w{0,2}|пн", "вторник\\w{0,2}|вт", "сред[аеуы]|ср", "четверг\\w?|чт",
                 "пятниц\\w{1,2}|пт", "суббот\\w{1,2}|сб", "воскресень[еяю]|вс")  # fmt: skip
_ENGLISH_DAYS = ("mondays?|mon", "tuesdays?|tues?", "wednesdays?|wed", "thursdays?|thu|thurs?", "fridays?|fri",
                 "saturdays?|sat", "sundays?|sun")  # fmt: skip
_UNITS: Mapping[Language, Mapping[str, str]] = {
    "ru": {"day": "день|дня|дней|дн|денек|сут\\w+", "week": "недел\\w{1,2}|неделек", "month": "месяц\\w{0,2}|мес",
           "year": "год|года|лет|году", "half_year": "полгода", "half_month": "полмесяца"},
    "en": {"day": "days?", "week": "weeks?", "month": "months?", "year": "years?", "half_year": "(?!)",
           "half_month": "(?!)"},
}  # fmt: skip

MONTHS = {
    "ru": tuple(map(re.compile, _RUSSIAN_MONTHS)),
    "en": tuple(map(re.compile, _ENGLISH_MONTHS)),
}
WEEKDAYS = {"ru": tuple(map(re.compile, _RUSSIAN_DAYS)), "en": tuple(map(re.compile, _ENGLISH_DAYS))}
UNITS = {language: {unit: re.compile(pattern) for unit, pattern in units.items()} for language, units in _UNITS.items()}

RELATIVE: Mapping[Language, Mapping[str, int]] = {
    "ru": {"сегодня": 0, "завтра": 1, "послезавтра": 2, "вчера": -1, "позавчера": -2},
    "en": {"today": 0, "tonight": 0, "tomorrow": 1, "tmrw": 1, "yesterday": -1},
}
NEXT = {"ru": re.compile("следующ\\w+|след|будущ\\w+"), "en": re.compile("next|coming")}
THIS = {"ru": re.compile("эт(?:от|у|о|ой|ом)|ближайш\\w+|текущ\\w+"), "en": re.compile("this")}
LAST = {"ru": re.compile("прошл\\w+|предыдущ\\w+"), "en": re.compile("last|previous")}


def month_of(word: str, language: Language) -> int | None:
    """Return which month ``word`` names, from 1."""
    return next((at for at, month in enumerate(MONTHS[language], 1) if month.fullmatch(word)), None)


def weekday_of(word: str, language: Language) -> int | None:
    """Return which day of the week ``word`` names, Monday being 0."""
    return next((at for at, day in enumerate(WEEKDAYS[language]) if day.fullmatch(word)), None)


def unit_of(word: str, language: Language) -> str | None:
    """Return which stretch of time ``word`` names: day, week, month, year, half_month or half_year."""
    return next((unit for unit, pattern in UNITS[language].items() if pattern.fullmatch(word)), None)
