"""One run of a function on its way through the policies."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue

from functions.context import Context
from functions.outcome import Outputs
from functions.shared import KeptAnswer
from functions.source import Source


@dataclass(slots=True)
class Invocation:
    """What the policies know about this run, and what they note about it.

    Attributes:
        inputs: checked inputs.
        attempts: calls made so far.
        doubtful: one of them may have had its effect although it gave no answer.
        last_trouble: why the last attempt failed, None while none has.
        source: where the outputs come from.
        age: how old the outputs, or some of them, are where they are older than they should be.
        kept: an answer from the cache, however old, of which a fallback may make use.
    """

    inputs: Mapping[str, JsonValue]
    context: Context
    attempts: int = 0
    doubtful: bool = False
    last_trouble: str | None = None
    source: Source = Source.CALL
    age: timedelta | None = None
    kept: KeptAnswer | None = None


Attempt = Callable[[Invocation], Awaitable[Outputs]]
"""What a policy wraps and gives. Raises FunctionError."""
