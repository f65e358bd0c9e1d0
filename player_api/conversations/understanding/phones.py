"""Phone numbers."""

import phonenumbers

from player_api.conversations.understanding.digits import digit_strings
from player_api.conversations.understanding.words import Language, tidy

_HOME = "RU"
_AT_HOME = r"^[78]?\d{10}$"
"""How long a number is where the country's code isn't said, or is said as people at home say it."""
_PLUS = ("+", "плюс", "plus")


def phones(text: str, language: Language) -> tuple[str, ...]:
    """Return the phone numbers that ``text`` may mean, as E.164 (ITU-T) writes them: ``+79161234567``."""
    has_plus = tidy(text).lstrip("( ").startswith(_PLUS)
    found = digit_strings(text, language, None if has_plus else _AT_HOME)
    numbers = (_number(digits, has_plus=has_plus) for digits in found)
    return tuple(dict.fromkeys(number for number in numbers if number is not None))


def _number(digits: str, *, has_plus: bool) -> str | None:
    is_written_in_full = has_plus and not digits.startswith("8")
    try:
        number = phonenumbers.parse(f"+{digits}" if is_written_in_full else digits, _HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
