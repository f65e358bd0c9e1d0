import pytest

from player_api.conversations.understanding.phones import phones
from player_api.conversations.understanding.words import Language

MOBILE = ["+79161234567"]


@pytest.mark.parametrize(
    ("said", "language", "meant"),
    [
        ("восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь", "ru", MOBILE),
        ("восемь девять один шесть один два три четыре пять шесть семь", "ru", MOBILE),
        ("плюс семь девятьсот шестнадцать один два три четыре пять шесть семь", "ru", MOBILE),
        ("+7 (916) 123-45-67", "ru", MOBILE),
        ("8 (916) 123-45-67", "ru", MOBILE),
        ("9161234567", "ru", MOBILE),
        ("мой телефон 8 916 123 45 67", "ru", MOBILE),
        ("eight nine one six one two three four five six seven", "en", MOBILE),
        ("+44 20 7946 0958", "en", ["+442079460958"]),
        ("восемь четыреста девяносто пять сто двадцать три сорок пять шестьдесят семь", "ru", ["+74951234567"]),
        ("123", "ru", []),
        ("112", "ru", []),
        ("не скажу", "ru", []),
        ("+", "ru", []),
        ("9" * 39, "ru", []),
    ],
)
def test_phones(said: str, language: Language, meant: list[str]) -> None:
    assert phones(said, language) == tuple(meant)
