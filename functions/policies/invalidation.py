"""Dropping answers that a call has made untrue."""

from collections.abc import Sequence

from functions.errors import FunctionError
from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs
from functions.policies.keys import AnswerPlaces
from functions.shared import SharedAnswers
from runtime import logs
from store.errors import StoreError

_log = logs.get(__name__)


def with_invalidation(inner: Attempt, invalidated: Sequence[AnswerPlaces], answers: SharedAnswers) -> Attempt:
    """Drop the answers of ``invalidated`` functions after a call that succeeded or may have."""

    async def dropping(invocation: Invocation) -> Outputs:
        try:
            outputs = await inner(invocation)
        except FunctionError:
            if invocation.doubtful:
                await drop(invocation)
            raise
        await drop(invocation)
        return outputs

    async def drop(invocation: Invocation) -> None:
        tags = {tag for places in invalidated if (tag := places.tag(invocation.context)) is not None}
        try:
            await answers.drop(tags)
        except StoreError as error:
            # The act has happened and is reported; what it made untrue is used until its declared time is over.
            _log.warning("answers_not_dropped", error=str(error))

    return dropping
