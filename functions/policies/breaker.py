"""Sparing a system that is down, and those who would wait for it."""

import asyncio
from collections.abc import Callable

from functions.errors import FunctionError, Transient
from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs
from functions.systems import Breaker

_BUSY = frozenset({"429"})
"""Causes with which a system says that it is well."""


class CircuitBreaker:
    """Counts a system's failures in a row; shared by all of its functions.

    Args:
        system: its name, for the message.
        clock: seconds that only go forward.
    """

    def __init__(self, settings: Breaker, system: str, clock: Callable[[], float]) -> None:
        self._failures_to_open = settings.failures
        self._pause = settings.pause.total_seconds()
        self._system = system
        self._clock = clock
        self._failures = 0
        self._closed_again = 0.0
        self._trying = False

    @property
    def is_open(self) -> bool:
        """Whether calls are refused at this moment, but for one that tries."""
        return self._failures >= self._failures_to_open

    def enter(self) -> None:
        """Pass, or be refused.

        Raises:
            Transient: the breaker is open (cause ``open``).
        """
        if not self.is_open:
            return
        if self._trying or self._clock() < self._closed_again:
            raise Transient(
                "open", f"{self._system} is not called for the moment: {self._failures} calls in a row failed"
            )
        self._trying = True

    def succeeded(self) -> None:
        """Note that the system answered."""
        self._failures = 0
        self._trying = False

    def failed(self) -> None:
        """Note that it did not."""
        self._failures += 1
        self._trying = False
        if self.is_open:
            self._closed_again = self._clock() + self._pause


def with_breaker(inner: Attempt, breaker: CircuitBreaker) -> Attempt:
    """Refuse calls while ``breaker`` is open; a call that is cut off by the deadline counts as failed."""

    async def guarded(invocation: Invocation) -> Outputs:
        breaker.enter()
        try:
            outputs = await inner(invocation)
        except (Transient, asyncio.CancelledError) as error:
            if isinstance(error, Transient) and error.cause in _BUSY:
                breaker.succeeded()
            else:
                breaker.failed()
            raise
        except FunctionError:
            # It answered: with a refusal, or with something that we can't read.
            breaker.succeeded()
            raise
        breaker.succeeded()
        return outputs

    return guarded
