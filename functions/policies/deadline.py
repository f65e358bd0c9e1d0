"""The longest time that all attempts together may take."""

import asyncio
from datetime import timedelta

from functions.errors import Transient
from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs


def with_deadline(inner: Attempt, deadline: timedelta, system: str) -> Attempt:
    """End ``inner`` after ``deadline`` with Transient, cause ``timeout``."""
    seconds = deadline.total_seconds()

    async def within(invocation: Invocation) -> Outputs:
        try:
            async with asyncio.timeout(seconds):
                return await inner(invocation)
        except TimeoutError:
            before = f"; before that: {invocation.last_trouble}" if invocation.last_trouble else ""
            raise Transient("timeout", f"{system} did not answer within {seconds:g} s{before}") from None

    return within
