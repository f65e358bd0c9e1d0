"""The kinds of values that declarations are made of."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


class Declared(BaseModel):
    """A part of a declaration: unknown fields are mistakes, nothing changes once it is read."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, use_attribute_docstrings=True
    )


class OneOf(Declared):
    """A part of which exactly one field is given."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @property
    def given(self) -> tuple[str, Any]:
        """The name and value of the field that is given.

        Raises:
            ValueError: none or several are.
        """
        fields = type(self).model_fields
        given = [(name, value) for name in fields if (value := getattr(self, name)) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(fields)}")
        return given[0]

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        _ = self.given
        return self


def parse_duration(text: object) -> timedelta:
    """Read ``100ms``, ``2s``, ``5m``, ``1h`` or ``1d``.

    Raises:
        ValueError: it is something else.
    """
    if isinstance(text, timedelta):
        return text
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("a duration is a number with a unit, such as 100ms, 2s, 5m, 1h or 1d")
    return timedelta(seconds=float(match[1]) * _UNITS[match[2]])


def write_duration(duration: timedelta) -> str:
    """Write a duration in milliseconds or, where it is whole, in seconds; parse_duration reads it."""
    milliseconds = round(duration / timedelta(milliseconds=1))
    return f"{milliseconds}ms" if milliseconds % 1000 else f"{milliseconds // 1000}s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(write_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?(ms|s|m|h|d)$"}),
]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
"""A FEEL expression."""
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
"""A name of an input, an output or a system."""
FunctionName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$", max_length=120)]
ErrorCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
Title = Mapping[str, str]
"""What people read, by language: ``{ru: …, en: …}``."""
FromList = BeforeValidator(lambda given: tuple(given) if isinstance(given, list) else given)
"""Before a tuple: files hold lists."""
Location = tuple[str | int, ...]
"""Where in a declaration something is, from its root: ``("errors", 0, "when")``."""


def title_in(title: Title, language: str, otherwise: str) -> str:
    """Return a title in a language, or in another one where it isn't said in that."""
    return title.get(language) or next(iter(title.values()), otherwise)
