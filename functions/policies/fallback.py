"""What the script goes on with when the system is down."""

from functions.declaration import Fallback
from functions.errors import Transient
from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs
from functions.source import Source


def with_fallback(inner: Attempt, fallback: Fallback) -> Attempt:
    """Answer with a stale or a declared value after a Transient failure.

    Manual entry is no answer: the failure stays one, and the step offers the form.
    """

    async def falling_back(invocation: Invocation) -> Outputs:
        try:
            return await inner(invocation)
        except Transient:
            kept = invocation.kept
            if fallback.stale is not None and kept is not None and kept.age <= fallback.stale:
                invocation.source, invocation.age = Source.STALE, kept.age
                return kept.outputs
            if fallback.value is not None:
                invocation.source = Source.VALUE
                return fallback.value
            raise

    return falling_back
