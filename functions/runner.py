"""Running functions: inputs checked, policies around the call, the ending as a value."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from feel import Evaluator
from functions.calls import call_protocols
from functions.calls.protocol import Caller, Request
from functions.catalogue import Catalogue
from functions.context import Context
from functions.declaration import Function
from functions.errors import BusinessError, FunctionError, Permanent, Transient
from functions.invocation import Attempt, Invocation
from functions.mapping import AnswerMapping, Outputs
from functions.outcome import Ending, Failed, Outcome, Refused, Succeeded
from functions.policies.deadline import with_deadline
from functions.policies.limits import with_limit
from functions.policies.retry import Sleep, with_retry
from functions.systems import Environment, System
from functions.values import InputReader
from runtime.correlation import HEADER


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Time and chance, which tests replace.

    Attributes:
        clock: seconds that only go forward.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Sleep = asyncio.sleep
    chance: random.Random = field(default_factory=random.Random)


class RunnableFunction:
    """One function, ready to run."""

    def __init__(self, function: Function, call: Attempt, clock: Callable[[], float]) -> None:
        self.declaration = function
        self._inputs = InputReader(function)
        self._call = call
        self._clock = clock

    async def run(self, variables: Mapping[str, object], context: Context) -> Outcome:
        """Run the function once for one task; how it ended is the result, never an exception."""
        started = self._clock()
        invocation = Invocation({}, context)
        ending = await self._ending(variables, invocation)
        return Outcome(ending, invocation.attempts, self._clock() - started)

    async def _ending(self, variables: Mapping[str, object], invocation: Invocation) -> Ending:
        try:
            invocation.inputs = self._inputs.read(variables)
            return Succeeded(await self._call(invocation))
        except BusinessError as error:
            return Refused(error.code, error.outputs)
        except (Transient, Permanent) as error:
            return Failed(error.cause, f"{self.declaration.name}: {error}", isinstance(error, Transient))


class Runner:
    """All functions of a catalogue, with their connections.

    Attributes:
        functions: by name, those whose system can be reached with what the environment gives.
        troubles: a sentence for every system of which address, credentials or certificates are missing.
    """

    def __init__(
        self, catalogue: Catalogue, environment: Environment, evaluator: Evaluator, surroundings: Surroundings
    ) -> None:
        self._environment = environment
        self._evaluator = evaluator
        self._surroundings = surroundings
        self._protocols = call_protocols(evaluator)
        self._slots = {name: asyncio.Semaphore(system.limits.concurrency) for name, system in catalogue.systems.items()}
        self.functions: dict[str, RunnableFunction] = {}
        troubles: set[str] = set()
        for name, function in catalogue.functions.items():
            try:
                self.functions[name] = self._runnable(function, catalogue.systems[function.system])
            except (ValueError, OSError) as trouble:
                troubles.add(str(trouble))
        self.troubles = tuple(sorted(troubles))

    def _runnable(self, function: Function, system: System) -> RunnableFunction:
        protocol, call = function.call.protocol
        caller = self._protocols[protocol].caller(call, system, self._environment.access(system))
        attempt = _attempt(function, caller, AnswerMapping(function, self._evaluator))
        attempt = with_limit(attempt, self._slots[system.name])
        attempt = with_retry(attempt, function.retry, self._surroundings.chance, self._surroundings.sleep)
        attempt = with_deadline(attempt, function.deadline, system.name)
        return RunnableFunction(function, attempt, self._surroundings.clock)

    async def close(self) -> None:
        """Close all connections to systems."""
        for protocol in self._protocols.values():
            await protocol.close()


def _attempt(function: Function, caller: Caller, mapping: AnswerMapping) -> Attempt:
    """One call and the mapping of its answer: what the policies are around."""

    async def attempt(invocation: Invocation) -> Outputs:
        invocation.attempts += 1
        context = invocation.context
        headers = {HEADER: context.correlation_id}
        if function.idempotency_header is not None:
            headers[function.idempotency_header] = context.idempotency_key
        try:
            answer = await caller(Request(invocation.inputs, headers))
            return await mapping.outputs(answer, invocation.inputs)
        except FunctionError as error:
            invocation.last_trouble = str(error)
            raise

    return attempt
