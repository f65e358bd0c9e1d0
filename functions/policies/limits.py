"""How many calls a system gets at the same time, from all worker processes together."""

from anyio import CapacityLimiter, WouldBlock

from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs


class Slots:
    """A share of what a system, or a function, may be called at the same time.

    Args:
        total: for all worker processes together.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._limiter = CapacityLimiter(total)

    def share(self, workers: int) -> None:
        """Take one worker's part of the whole: an equal one, at least one slot."""
        self._limiter.total_tokens = max(1, self._total // max(1, workers))

    async def acquire(self, borrower: object) -> None:
        """Wait for a slot, where none is free; whoever began to wait first gets the next one."""
        try:
            self._limiter.acquire_on_behalf_of_nowait(borrower)
        except WouldBlock:
            await self._limiter.acquire_on_behalf_of(borrower)

    def release(self, borrower: object) -> None:
        """Give a slot back."""
        self._limiter.release_on_behalf_of(borrower)

    @property
    def count(self) -> int:
        """Calls that this process may make at the same time."""
        return int(self._limiter.total_tokens)


def with_limit(inner: Attempt, slots: Slots) -> Attempt:
    """Let ``inner`` wait for one of the ``slots``; the deadline around it bounds the wait."""

    async def limited(invocation: Invocation) -> Outputs:
        borrower = object()
        await slots.acquire(borrower)
        try:
            return await inner(invocation)
        finally:
            slots.release(borrower)

    return limited
