"""JSON values out of what systems send: strict, and exact for large integers."""

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from pydantic import JsonValue

_EXACT = 2**53


def parse_json(text: str) -> JsonValue:
    """Read JSON (RFC 8259); integers beyond 2^53 become strings, because FEEL and browsers count in doubles.

    Raises:
        ValueError: the text is not JSON; the sentence holds none of it.
    """
    try:
        value: JsonValue = json.loads(text, parse_int=_integer, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1} of {len(text)}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _integer(digits: str) -> int | str:
    if len(digits) < 16:
        return int(digits)
    if len(digits) > 400:
        raise ValueError("not JSON that is meant seriously: an integer has more than 400 digits")
    number = int(digits)
    return number if -_EXACT <= number <= _EXACT else digits


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"not JSON: {word} is no JSON value")


def as_json(value: Any) -> JsonValue:  # noqa: PLR0911 - one line a type
    """Turn a value of a database or of SOAP into JSON: dates become ISO 8601 text, whole decimals integers.

    Raises:
        ValueError: it is of a type that no script can hold.
    """
    match value:
        case bool() | None | str() | float():
            return value
        case int():
            return value if -_EXACT <= value <= _EXACT else str(value)
        case Decimal():
            return as_json(int(value)) if value == value.to_integral_value() else float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case UUID():
            return str(value)
        case list() | tuple():
            return [as_json(item) for item in value]
        case dict():
            return {str(key): as_json(item) for key, item in value.items()}
        case _:
            raise ValueError(f"a {type(value).__name__}, which no script can")
