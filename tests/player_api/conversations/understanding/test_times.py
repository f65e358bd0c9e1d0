import pytest

from player_api.conversations.understanding.times import times, typed_time
from player_api.conversations.understanding.words import Language


@pytest.mark.parametrize(
    ("said", "language", "meant"),
    [
        ("15:30", "ru", ["15:30"]),
        ("15.30", "ru", ["15:30"]),
        ("в 17", "ru", ["17:00"]),
        ("17 часов 30 минут", "ru", ["17:30"]),
        ("в пять", "ru", ["05:00", "17:00"]),
        ("в пять вечера", "ru", ["17:00"]),
        ("9 утра", "ru", ["09:00"]),
        ("час дня", "ru", ["13:00"]),
        ("полдень", "ru", ["12:00"]),
        ("двенадцать ночи", "ru", ["00:00"]),
        ("полшестого", "ru", ["05:30", "17:30"]),
        ("половина шестого вечера", "ru", ["17:30"]),
        ("без пятнадцати шесть", "ru", ["05:45", "17:45"]),
        ("в 25", "ru", []),
        ("не знаю", "ru", []),
        ("5 pm", "en", ["17:00"]),
        ("5:30 am", "en", ["05:30"]),
        ("twelve am", "en", ["00:00"]),
        ("noon", "en", ["12:00"]),
        ("half past five", "en", ["05:30", "17:30"]),
        ("quarter to six pm", "en", ["17:45"]),
        ("ten past two in the afternoon", "en", ["14:10"]),
        ("five o'clock", "en", ["05:00", "17:00"]),
        ("seventeen thirty", "en", ["17:30"]),
    ],
)
def test_times(said: str, language: Language, meant: list[str]) -> None:
    assert [f"{found:%H:%M}" for found in times(said, language)] == meant


def test_keys() -> None:
    assert [f"{found:%H:%M}" for found in typed_time("1530")] == ["15:30"]
    assert typed_time("2560") == ()
