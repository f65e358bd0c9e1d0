from decimal import Decimal

import pytest

from player_api.conversations.understanding.numbers import quantities
from player_api.conversations.understanding.words import Language

RUSSIAN = {
    "два": [2],
    "двух": [2],
    "двумя": [2],
    "ноль": [0],
    "пару": [2],
    "сто двадцать пять": [125],
    "сто один": [101],
    "семьсот двадцать восемь тысяч четыреста": [728_400],
    "две тысячи пятьсот": [2_500],
    "двух тысяч пятисот": [2_500],
    "тысяча": [1_000],
    "тыща двести": [1_200],
    "полторы тысячи": [1_500],
    "две с половиной тысячи": [2_500],
    "две с половиной": [2.5],
    "полмиллиона": [500_000],
    "пол миллиона": [500_000],
    "миллиард двести миллионов три": [1_200_000_003],
    "девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов девятьсот девяносто девять тысяч "
    "девятьсот девяносто девять": [999_999_999_999],
    "минус пять": [-5],
    "-5": [-5],
    "5-6": [5, -6],
    "1500": [1_500],
    "1 500": [1_500],
    "1 000 000": [1_000_000],
    "1,5": [1.5],
    "1.5": [1.5],
    "1.500": [1_500, 1.5],
    "2,5 млн": [2_500_000],
    "5 тысяч 300": [5_300],
    "5к": [5_000],
    "к пяти": [5],
    "пятый": [5],
    "двадцать первое": [21],
    "двадцать первого": [21],
    "21-го": [21],
    "5-е": [5],
    "дней через пять, наверное": [5],
    "около пяти или шести": [5, 6],
    "сто десять пять": [110, 5],
    "десять ноль ноль": [10, 0],
    "сто двести": [100, 200],
    "тысяча миллион": [1_000, 1_000_000],
    "не знаю": [],
    "": [],
    "🙂": [],
    "9" * 40: [],
    "\0": [],
}
ENGLISH = {
    "two": [2],
    "a couple": [2],
    "a dozen": [12],
    "twenty-five": [25],
    "twenty first": [21],
    "the 21st": [21],
    "second": [2],
    "a hundred and five": [105],
    "fifteen hundred": [1_500],
    "two hundred and fifty thousand": [250_000],
    "half a million": [500_000],
    "two and a half million": [2_500_000],
    "one million two hundred thousand and five": [1_200_005],
    "3 billion": [3_000_000_000],
    "1,500": [1_500],
    "1,500.25": [1_500.25],
    "5k": [5_000],
    "two fifty": [2, 50],
    "five and six": [5, 6],
    "minus five": [-5],
    "I don't know": [],
}


@pytest.mark.parametrize(("said", "meant"), RUSSIAN.items())
def test_russian(said: str, meant: list[float]) -> None:
    check(said, "ru", meant)


@pytest.mark.parametrize(("said", "meant"), ENGLISH.items())
def test_english(said: str, meant: list[float]) -> None:
    check(said, "en", meant)


def check(said: str, language: Language, meant: list[float]) -> None:
    assert quantities(said, language) == tuple(Decimal(str(number)) for number in meant)
