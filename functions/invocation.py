"""One run of a function on its way through the policies."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from functions.context import Context
from functions.mapping import Outputs


@dataclass(slots=True)
class Invocation:
    """What the policies know about this run, and what they note about it.

    Attributes:
        inputs: checked inputs.
        attempts: calls made so far.
        last_trouble: why the last attempt failed, None while none has.
    """

    inputs: Mapping[str, JsonValue]
    context: Context
    attempts: int = 0
    last_trouble: str | None = field(default=None)


Attempt = Callable[[Invocation], Awaitable[Outputs]]
"""What a policy wraps and gives. Raises FunctionError."""
