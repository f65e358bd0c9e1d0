"""Going on by itself when what is away, a database or a broker, is back."""

import asyncio
from collections.abc import Awaitable, Callable

import tenacity

from runtime import logs

_LONGEST_PAUSE = 10.0
_log = logs.get(__name__)


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait so many seconds, or until ``stopping`` is set."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return


async def recovering(
    work: Callable[[], Awaitable[None]], passing: tuple[type[Exception], ...], stopping: asyncio.Event
) -> None:
    """Do ``work`` until it returns by itself or ``stopping`` is set; after errors that pass, do it again.

    Args:
        work: returns soon after ``stopping`` is set.
        passing: errors after which it is worth going on, after a pause that grows to ten seconds.
        stopping: ends the pauses too.
    """

    def interrupted(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        _log.warning("interrupted", cause=type(error).__name__, attempt=state.attempt_number)

    retrying = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type(passing),
        wait=tenacity.wait_random_exponential(multiplier=0.5, max=_LONGEST_PAUSE),
        sleep=lambda seconds: pause(stopping, seconds),
        stop=lambda _state: stopping.is_set(),
        before_sleep=interrupted,
        retry_error_callback=lambda _state: None,
    )
    await retrying(work)
