"""Reading JSON that a system sent: bounded, strict, and exact for large integers."""

import json
from typing import NoReturn

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
