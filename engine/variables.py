"""Process variables: Python values on our side, Camunda's ``{"type", "value", "valueInfo"}`` on the wire.

=================  ======================  ================================================================
Python             Camunda                 bounds
=================  ======================  ================================================================
``None``           Null
``bool``           Boolean
``int``            Integer, Long           64 bits, signed
``float``          Double                  finite
``str``            String                  4,000 characters, no NUL: the engine's column; longer is refused,
                                           since sent as Json a script's conditions would not see a string
``datetime``       Date                    with a time zone; cut to milliseconds. A date alone travels as the
                                           ISO string that forms and FEEL make of it
``list``, ``dict`` Json                    1 MiB, 100 levels
``Opaque``         anything else           read only
=================  ======================  ================================================================

Source: Camunda 7 REST API, "Variables in the REST API". ``Object`` is never sent: it makes the engine instantiate
Java classes named by the sender.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.errors import VariableInvalid

LONGEST_STRING = 4_000
"""Characters; the width of the engine's text column."""
LONGEST_NAME = 255
LARGEST_JSON = 1024 * 1024
"""Bytes of UTF-8."""
DEEPEST_JSON = 100
"""Levels of lists and objects."""


@dataclass(frozen=True)
class Opaque:
    """A variable that exists but is not read: a file, a Java object, malformed JSON.

    Attributes:
        type: Camunda's type, such as ``File``.
        detail: the Java class or the reason, where known.
    """

    type: str
    detail: str = ""


Value = str | int | float | bool | None | datetime | list[Any] | dict[str, Any] | Opaque
"""What a process variable can be on our side; lists and dicts hold JSON values only."""


def encode(variables: Mapping[str, Value]) -> dict[str, dict[str, Any]]:
    """Return the wire form of variables.

    Raises:
        VariableInvalid: the engine could not hold one of them.
    """
    return {_checked_name(name): _encoded(name, value) for name, value in variables.items()}


def decode(wire: Mapping[str, Mapping[str, Any]]) -> dict[str, Value]:
    """Return the values of variables that the engine gave without deserialising them (``deserializeValues=false``).

    Never raises for a value: one that cannot be read becomes ``Opaque``, so that a variable nobody asks for does not
    stop a step or a batch of external tasks.
    """
    return {name: _decoded(variable) for name, variable in wire.items()}


def timestamp(moment: datetime) -> str:
    """Return an aware time as Camunda wants it: in milliseconds, with ``+0000``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def nested_within(value: object, levels: int) -> bool:
    """Whether lists and dicts in ``value`` nest at most ``levels`` deep."""
    level = [value]
    for _ in range(levels + 1):
        containers = [item for item in level if isinstance(item, list | dict)]
        if not containers:
            return True
        level = [child for item in containers for child in (item.values() if isinstance(item, dict) else item)]
    return False


def _checked_name(name: str) -> str:
    if not 0 < len(name) <= LONGEST_NAME or "\0" in name:
        raise VariableInvalid(name[:LONGEST_NAME], f"has a name that is empty, over {LONGEST_NAME} long or with NUL")
    return name


def _encoded(name: str, value: Value) -> dict[str, Any]:  # noqa: PLR0911  (one line a type)
    match value:
        case None:
            return {"type": "Null", "value": None}
        case bool():
            return {"type": "Boolean", "value": value}
        case int():
            return {"type": _integer_type(name, value), "value": value}
        case float():
            return {"type": "Double", "value": _finite(name, value)}
        case str():
            return {"type": "String", "value": _short(name, value)}
        case datetime():
            return {"type": "Date", "value": _instant(name, value)}
        case list() | dict():
            return {"type": "Json", "value": _json(name, value)}
        case _:
            raise VariableInvalid(name, f"is of type {type(value).__name__}, which is not sent")


def _integer_type(name: str, value: int) -> str:
    if -(2**31) <= value < 2**31:
        return "Integer"
    if -(2**63) <= value < 2**63:
        return "Long"
    raise VariableInvalid(name, "is an integer beyond 64 bits")


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise VariableInvalid(name, "is not a finite number")
    return value


def _short(name: str, value: str) -> str:
    if len(value) > LONGEST_STRING:
        raise VariableInvalid(name, f"is longer than {LONGEST_STRING} characters")
    if "\0" in value:
        raise VariableInvalid(name, "contains a NUL character")
    _utf8(name, value)
    return value


def _utf8(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise VariableInvalid(name, "contains half a surrogate pair") from None


def _instant(name: str, value: datetime) -> str:
    if value.utcoffset() is None:
        raise VariableInvalid(name, "is a time without a time zone")
    return timestamp(value)


def _json(name: str, value: list[Any] | dict[str, Any]) -> str:
    if not nested_within(value, DEEPEST_JSON):
        raise VariableInvalid(name, f"is nested deeper than {DEEPEST_JSON} levels")
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError):
        raise VariableInvalid(name, "holds something that JSON cannot") from None
    if len(_utf8(name, text)) > LARGEST_JSON:
        raise VariableInvalid(name, f"is larger than {LARGEST_JSON} bytes of JSON")
    return text


def _decoded(variable: Mapping[str, Any]) -> Value:
    kind, value, details = variable["type"], variable["value"], variable.get("valueInfo") or {}
    match kind:
        case "String" | "Boolean" | "Integer" | "Long" | "Short" | "Double" | "Null":
            plain: Value = value
            return plain
        case "Date" | "Json" | "Object" if value is None:
            return None
        case "Date":
            return _moment(value)
        case "Json":
            return _parsed(kind, value)
        case "Object" if details.get("serializationDataFormat") == "application/json":
            return _parsed(kind, value)
        case _:
            return Opaque(kind, str(details.get("objectTypeName", "")))


def _moment(text: str) -> Value:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # Java's years go further than Python's
        return Opaque("Date", "out of range")


def _parsed(kind: str, text: object) -> Value:
    if not isinstance(text, str):
        return Opaque(kind, "deserialised by the engine")
    try:
        value: Value = json.loads(text)
    except (ValueError, RecursionError):
        return Opaque(kind, "malformed JSON")
    return value if nested_within(value, DEEPEST_JSON) else Opaque(kind, "nested too deep")
