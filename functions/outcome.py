"""How a run of a function ended: a value to be reported, not an exception."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue

from functions.source import Source

Outputs = Mapping[str, JsonValue]
"""Variables by name."""


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The function has its outputs.

    Attributes:
        age: how old they, or some of them, are where they are older than they should be.
    """

    outputs: Outputs
    age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A business error that the script handles."""

    code: str
    outputs: Outputs


@dataclass(frozen=True, slots=True)
class Failed:
    """No outputs, and no further attempt by this function's own policy.

    Attributes:
        cause: a word for metrics.
        message: names function, system and cause, without customers' data.
        may_pass: whether the same call may succeed later.
        manual: the form in which the operator may enter the outputs instead.
    """

    cause: str
    message: str
    may_pass: bool
    manual: str | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """The system has taken the order; its answer comes later.

    Attributes:
        within: how long it is waited for.
    """

    within: timedelta


Ending = Succeeded | Refused | Failed | Ordered


@dataclass(frozen=True, slots=True)
class Outcome:
    """An ending with what it took.

    Attributes:
        attempts: calls made to the system; 0 where the answer was known or no call could be made.
        seconds: from the start of the run to its end.
        source: where the outputs come from.
    """

    ending: Ending
    attempts: int
    seconds: float
    source: Source = Source.CALL

    @property
    def word(self) -> str:
        """``succeeded``, ``refused``, ``failed`` or ``ordered``."""
        return type(self.ending).__name__.lower()
