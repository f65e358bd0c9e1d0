"""JSON values out of what systems send, JSON or XML: strict, and exact for large integers."""

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID
from xml.parsers.expat import ErrorString, ExpatError

import xmltodict
from pydantic import JsonValue

_EXACT = 2**53
_DEEPEST_XML = 100


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


def parse_xml(text: str) -> JsonValue:
    """Read XML as nested objects whose values are strings.

    Attributes begin with ``@``, an element's own text beside them is ``#text``, a repeated element is a list.

    Raises:
        ValueError: the text is not XML, has a document type or nests too deeply; the sentence holds none of it.
    """
    if "<!DOCTYPE" in text:
        raise ValueError("XML with a document type, which may declare entities")
    try:
        value: JsonValue = xmltodict.parse(text, disable_entities=True)
    except ExpatError as error:
        raise ValueError(f"not XML: {ErrorString(error.code)} in line {error.lineno}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _deeper_than(value, _DEEPEST_XML):
        raise ValueError("nested too deeply")
    return value


def _deeper_than(value: JsonValue, levels: int) -> bool:
    level = [value]
    for _ in range(levels):
        level = [
            child
            for item in level
            if isinstance(item, list | dict)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True


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
