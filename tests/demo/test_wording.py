"""Sums and dates in Russian."""

from datetime import date

import pytest

from demo.billing.wording import day_and_month, rubles


@pytest.mark.parametrize(
    ("kopecks", "text"),
    [
        (0, "0 ₽"),
        (5, "0,05 ₽"),
        (-5, "−0,05 ₽"),
        (12_550, "125,50 ₽"),
        (-12_550, "−125,50 ₽"),
        (100_000, "1 000 ₽"),
        (123_456_789, "1 234 567,89 ₽"),
    ],
)
def test_rubles(kopecks: int, text: str) -> None:
    assert rubles(kopecks) == text.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("day", "text"), [(date(2026, 12, 1), "1 декабря"), (date(2027, 1, 31), "31 января"), (date(2026, 5, 9), "9 мая")]
)
def test_day_and_month(day: date, text: str) -> None:
    assert day_and_month(day) == text.replace(" ", "\u00a0")
