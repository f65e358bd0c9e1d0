from datetime import date

import pytest

from player_api.conversations.understanding.dates import dates, typed_date

THURSDAY = date(2026, 11, 26)
RUSSIAN = {
    "сегодня": ["2026-11-26"],
    "завтра": ["2026-11-27"],
    "послезавтра вечером": ["2026-11-28"],
    "вчера": ["2026-11-25"],
    "в понедельник": ["2026-11-30"],
    "в четверг": ["2026-11-26", "2026-12-03"],
    "в эту пятницу": ["2026-11-27"],
    "в следующий понедельник": ["2026-11-30"],
    "в следующую пятницу": ["2026-12-04"],
    "в прошлую среду": ["2026-11-18", "2026-11-25"],
    "пятое мая": ["2027-05-05"],
    "5 мая": ["2027-05-05"],
    "мая 5": ["2027-05-05"],
    "седьмого ноября": ["2027-11-07"],
    "двадцать первого декабря": ["2026-12-21"],
    "двадцать девятого февраля": ["2028-02-29"],
    "пятого мая 2028 года": ["2028-05-05"],
    "5 мая двадцать восьмого года": ["2028-05-05"],
    "первого января тысяча девятьсот восемьдесят пятого года": ["1985-01-01"],
    "через три дня": ["2026-11-29"],
    "через 3 дня": ["2026-11-29"],
    "дня через три": ["2026-11-29"],
    "через день": ["2026-11-27", "2026-11-28"],
    "через неделю": ["2026-12-03"],
    "через две недели": ["2026-12-10"],
    "через месяц": ["2026-12-26"],
    "через полгода": ["2027-05-26"],
    "через год": ["2027-11-26"],
    "три дня назад": ["2026-11-23"],
    "неделю назад": ["2026-11-19"],
    "5/12": ["2026-12-05"],
    "5.12": ["2026-12-05"],
    "05.12.2027": ["2027-12-05"],
    "05.12.27": ["2027-12-05"],
    "12.3.85": ["1985-03-12"],
    "2026-12-05": ["2026-12-05"],
    "двадцать первого": ["2026-12-21"],
    "21 числа": ["2026-12-21"],
    "26-го": ["2026-11-26"],
    "31-го": ["2026-12-31"],
    "пятого или шестого": ["2026-12-05", "2026-12-06"],
    "в конце месяца": ["2026-11-30"],
    "31 февраля": [],
    "31.02": [],
    "99.99.9999": [],
    "через 99999999999 дней": [],
    "в следующем месяце": [],
    "в мае": [],
    "сто рублей": [],
    "не знаю": [],
    "": [],
}
ENGLISH = {
    "tomorrow": ["2026-11-27"],
    "the day after tomorrow": ["2026-11-28"],
    "on thursday": ["2026-11-26", "2026-12-03"],
    "next monday": ["2026-11-30"],
    "next thursday": ["2026-12-03"],
    "next friday": ["2026-11-27", "2026-12-04"],
    "this friday": ["2026-11-27"],
    "may 5": ["2027-05-05"],
    "May the fourth": ["2027-05-04"],
    "the fifth of may": ["2027-05-05"],
    "may fifth 2028": ["2028-05-05"],
    "june nineteenth nineteen eighty five": ["1985-06-19"],
    "in three days": ["2026-11-29"],
    "in a week": ["2026-12-03"],
    "two days from now": ["2026-11-28"],
    "a week ago": ["2026-11-19"],
    "in 2 months": ["2027-01-26"],
    "12/25": ["2026-12-25"],
    "5/12": ["2026-12-05", "2027-05-12"],
    "the 21st": ["2026-12-21"],
    "end of the month": ["2026-11-30"],
    "in march": [],
    "I don't know": [],
}


@pytest.mark.parametrize(("said", "meant"), RUSSIAN.items())
def test_russian(said: str, meant: list[str]) -> None:
    assert [str(day) for day in dates(said, "ru", THURSDAY)] == meant


@pytest.mark.parametrize(("said", "meant"), ENGLISH.items())
def test_english(said: str, meant: list[str]) -> None:
    assert sorted(str(day) for day in dates(said, "en", THURSDAY)) == meant


def test_in_the_united_states_the_month_comes_first() -> None:
    assert dates("5/12", "en", THURSDAY, month_first=True) == (date(2027, 5, 12),)


def test_on_a_monday_the_next_friday_is_one_of_two_in_english_alone() -> None:
    monday = date(2026, 11, 23)
    assert dates("next friday", "en", monday) == (date(2026, 11, 27), date(2026, 12, 4))
    assert dates("в следующую пятницу", "ru", monday) == (date(2026, 12, 4),)


@pytest.mark.parametrize(
    ("keys", "meant"),
    [("0512", "2026-12-05"), ("0511", "2027-11-05"), ("05122027", "2027-12-05"), ("051227", "2027-12-05")],
)
def test_keys(keys: str, meant: str) -> None:
    assert typed_date(keys, THURSDAY) == (date.fromisoformat(meant),)


@pytest.mark.parametrize("keys", ["3102", "5", "99999999", ""])
def test_keys_that_are_no_date(keys: str) -> None:
    assert typed_date(keys, THURSDAY) == ()
