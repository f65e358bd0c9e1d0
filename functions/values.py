"""Types of inputs and outputs: checked, never coerced, and never shown when they are wrong."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from functions.declaration import Function, Input, ValueType
from functions.errors import Permanent

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?")
_IS_TYPE: Mapping[ValueType, Callable[[JsonValue], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, str) and _is_date(value),
    "json": lambda value: isinstance(value, list | dict),
}
_ARTICLE = {"integer": "an integer", "json": "a list or an object"}


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


def typed(name: str, value: JsonValue, expected: ValueType | None) -> JsonValue:
    """Return a value that is there and, where a type is declared, is of it.

    5.0 is the integer 5: FEEL knows one kind of number.

    Raises:
        ValueError: it is null or of another type; the sentence names the value and doesn't show it.
    """
    if value is None:
        raise ValueError(f"{name} is missing")
    if expected is None:
        return value
    if expected == "integer" and isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    if not _IS_TYPE[expected](value):
        raise ValueError(f"{name} is not {_ARTICLE.get(expected, f'a {expected}')}")
    return value


class InputReader:
    """Takes a function's inputs out of a task's variables."""

    def __init__(self, function: Function) -> None:
        self._inputs = tuple((declared, _pattern(declared)) for declared in function.inputs)

    def read(self, variables: Mapping[str, object]) -> dict[str, JsonValue]:
        """Return the checked inputs in the declared order; absent optional ones are None.

        Raises:
            Permanent: one is missing or wrong.
        """
        return {declared.name: self._one(declared, pattern, variables) for declared, pattern in self._inputs}

    def _one(self, declared: Input, pattern: TypeAdapter[str] | None, variables: Mapping[str, object]) -> JsonValue:
        value = variables.get(declared.name)
        if value is None and not declared.required:
            return None
        try:
            checked = typed(f"input {declared.name}", _as_json(value), declared.type)
            if pattern is not None:
                pattern.validate_python(checked)
        except ValidationError:
            raise Permanent("inputs", f"input {declared.name} does not match its pattern") from None
        except ValueError as error:
            raise Permanent("inputs", str(error)) from None
        return checked


def _pattern(declared: Input) -> TypeAdapter[str] | None:
    # pydantic's expressions run in linear time whatever the pattern: a bad one can't stop the worker.
    return TypeAdapter(Annotated[str, Field(pattern=declared.pattern)]) if declared.pattern is not None else None


def _as_json(value: object) -> JsonValue:
    # Dates become text, the form that FEEL and JSON know; what is no JSON at all (a file) is of no declared type.
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str | int | float | bool | list | dict):
        return value
    return None
