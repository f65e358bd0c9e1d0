"""Sums and dates as billing writes them in Russian."""

from datetime import date

NBSP = "\u00a0"
MINUS = "\u2212"
_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)


def rubles(kopecks: int) -> str:
    """Write a sum of whole kopecks: ``−1 125,50 ₽``, without ``,00``; spaces do not break."""
    whole, rest = divmod(abs(kopecks), 100)
    grouped = f"{whole:,}".replace(",", NBSP)
    return f"{MINUS if kopecks < 0 else ''}{grouped}{f',{rest:02}' if rest else ''}{NBSP}₽"


def day_and_month(day: date) -> str:
    """Write a date as it is said, without the year: ``1 декабря``."""
    return f"{day.day}{NBSP}{_MONTHS[day.month - 1]}"
