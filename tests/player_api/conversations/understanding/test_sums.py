import pytest

from player_api.conversations.understanding.sums import sums

RUSSIAN = {
    "сто рублей": [10_000],
    "рубль": [100],
    "500": [50_000],
    "500р": [50_000],
    "пятьсот р": [50_000],
    "1 000 ₽": [100_000],
    "100 руб 50 коп": [10_050],
    "тысяча двести рублей 5 копеек": [120_005],
    "125 рублей пятьдесят": [12_550],
    "сто двадцать пять пятьдесят": [12_550],
    "пятьдесят копеек": [50],
    "100,50": [10_050],
    "100.50": [10_050],
    "полторы тысячи": [150_000],
    "3 тыщи": [300_000],
    "полтинник": [5_000],
    "сотку": [10_000],
    "два пятьдесят": [250, 25_000],
    "сто или двести рублей": [10_000, 20_000],
    "сто рублей или двести рублей": [10_000, 20_000],
    "минус сто": [],
    "-5": [],
    "не знаю": [],
    "пять": [500],
}
ENGLISH = {
    "two fifty": [250, 25_000],
    "five twenty five": [525, 52_500],
    "one hundred fifty": [15_000],
    "a hundred roubles": [10_000],
    "five dollars and twenty cents": [520],
    "$5": [500],
    "fifty cents": [50],
    "1,500": [150_000],
    "1,500.50": [150_050],
    "fifteen hundred": [150_000],
    "nothing": [],
}


@pytest.mark.parametrize(("said", "meant"), RUSSIAN.items())
def test_russian(said: str, meant: list[int]) -> None:
    assert sums(said, "ru") == tuple(meant)


@pytest.mark.parametrize(("said", "meant"), ENGLISH.items())
def test_english(said: str, meant: list[int]) -> None:
    assert sums(said, "en") == tuple(meant)
