import pytest

from player_api.conversations.understanding.digits import digit_strings

ACCOUNT = r"^[0-9]{10}$"
RUSSIAN = {
    "1000000001": ["1000000001"],
    "10 00 00 00 01": ["1000000001"],
    "1000-000-001": ["1000000001"],
    "десять ноль ноль ноль ноль ноль ноль ноль один": ["1000000001"],
    "10 ноль ноль ноль 00001": ["1000000001"],
    "один восемь нулей один": ["1000000001"],
    "один семь нулей ноль один": ["1000000001"],
    "тысяча ноль ноль ноль ноль ноль один": ["1000000001"],
    "ноль сто ноль ноль ноль ноль ноль один": ["0100000001"],
    "мой номер сто двадцать три сорок пять шестьдесят семь ноль один ноль": ["1234567010"],
    "двенадцать тридцать четыре пятьдесят шесть семьдесят восемь девяносто": ["1234567890"],
    "пять раз ноль и пять раз один": ["0000011111"],
    "дважды двадцать три ноль ноль ноль ноль ноль ноль": ["2323000000"],
    "двадцать три двадцать три двадцать три двадцать три один": [
        "2323232031", "2323203231", "2320323231", "2032323231",
    ],
    "десять ноль ноль": ["1000"],
    "полторы тысячи": [],
    "не знаю": [],
    "0" * 41: [],
    "": [],
}  # fmt: skip
ENGLISH = {
    "one double zero triple oh one two three four": ["1000001234"],
    "one oh oh oh oh oh oh oh oh one": ["1000000001"],
    "nineteen eighty five": ["1985"],
}


@pytest.mark.parametrize(("said", "meant"), RUSSIAN.items())
def test_russian(said: str, meant: list[str]) -> None:
    assert digit_strings(said, "ru", ACCOUNT) == tuple(meant)


@pytest.mark.parametrize(("said", "meant"), ENGLISH.items())
def test_english(said: str, meant: list[str]) -> None:
    assert digit_strings(said, "en", ACCOUNT) == tuple(meant)


def test_without_a_pattern_the_usual_reading_is_taken() -> None:
    assert digit_strings("двадцать три пять", "ru") == ("235",)
