"""How many calls a system gets at the same time."""

import asyncio

from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs


def with_limit(inner: Attempt, slots: asyncio.Semaphore) -> Attempt:
    """Let ``inner`` wait for one of the system's ``slots``; the deadline around it bounds the wait."""

    async def limited(invocation: Invocation) -> Outputs:
        async with slots:
            return await inner(invocation)

    return limited
