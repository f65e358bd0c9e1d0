"""Further attempts after causes that may pass, with growing random pauses."""

import random
from collections.abc import Awaitable, Callable

import tenacity

from functions.declaration import Retry
from functions.errors import Transient
from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs

Sleep = Callable[[float], Awaitable[None]]


def with_retry(inner: Attempt, retry: Retry, chance: random.Random, sleep: Sleep) -> Attempt:
    """Repeat ``inner`` after the declared causes, at most ``retry.attempts`` calls in all."""
    if retry.attempts == 1:
        return inner
    causes = frozenset(map(str, retry.on))
    least, most = retry.backoff.least.total_seconds(), retry.backoff.most.total_seconds()

    def pause(failed: int) -> float:
        # "Full jitter": anything up to a bound that doubles, so that many callers don't come back together.
        return chance.uniform(0, min(most, least * 2 ** (failed - 1)))

    def may_pass(error: BaseException) -> bool:
        return isinstance(error, Transient) and error.cause in causes

    async def repeated(invocation: Invocation) -> Outputs:
        try:
            return await inner(invocation)
        except Transient as error:
            if not may_pass(error):
                raise
        await sleep(pause(1))
        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(retry.attempts - 1),
            retry=tenacity.retry_if_exception(may_pass),
            wait=lambda state: pause(state.attempt_number + 1),
            sleep=sleep,
            reraise=True,
        )
        return await retrying(inner, invocation)

    return repeated
