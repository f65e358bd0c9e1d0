"""One call and the mapping of its answer: what all policies are around."""

import asyncio
from collections.abc import Mapping

from pydantic import JsonValue

from functions.calls.protocol import Caller, Request
from functions.declaration import Function, may_have_happened
from functions.errors import Permanent, Transient
from functions.invocation import Attempt, Invocation
from functions.later_answer import CALLBACK_INPUT
from functions.mapping import AnswerMapping
from functions.outcome import Outputs
from runtime.correlation import HEADER


def attempt_of(function: Function, caller: Caller, mapping: AnswerMapping) -> Attempt:
    """Make the innermost part of a function; it notes attempts, their trouble and their doubt."""

    async def attempt(invocation: Invocation) -> Outputs:
        invocation.attempts += 1
        headers = {HEADER: invocation.context.correlation_id}
        if function.idempotency_header is not None:
            headers[function.idempotency_header] = invocation.context.idempotency_key
        try:
            answer = await caller(Request(_inputs(invocation), invocation.context, headers))
            invocation.age = answer.age
            return await mapping.outputs(answer, invocation.inputs)
        except (Transient, Permanent) as error:
            invocation.last_trouble = str(error)
            invocation.doubtful |= may_have_happened(error.cause)
            raise
        except asyncio.CancelledError:
            invocation.doubtful = True
            raise

    return attempt


def _inputs(invocation: Invocation) -> Mapping[str, JsonValue]:
    url = invocation.context.callback_url
    return invocation.inputs if url is None else {**invocation.inputs, CALLBACK_INPUT: url}
