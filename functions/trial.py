"""Running a function once outside any script, in full view of the person who writes it."""

import asyncio
import uuid
from collections.abc import Iterable
from datetime import timedelta

from feel import Evaluator
from functions.attempt import attempt_of
from functions.calls.protocol import Answer, Request
from functions.catalogue import Catalogue
from functions.composition import Shared
from functions.context import Context
from functions.declaration import Effect, Function
from functions.errors import TrialRefused
from functions.execution import Recorded, TryRequest, TryResult
from functions.invocation import Attempt
from functions.mapping import AnswerMapping
from functions.masking import Masking
from functions.outcome import Failed, Outcome, Refused, Succeeded
from functions.policies.fallback import with_fallback
from functions.runner import RunnableFunction, Runner, Runs
from functions.surroundings import Surroundings
from functions.systems import Access, Environment, System
from functions.tracing import Noted, tracing

LONGEST = timedelta(seconds=30)
"""A try is cut off after this time even where the function's deadline is later: somebody looks on."""
_AT_ONCE = 4
_ACTIVITY = "try"


class Trials:
    """Tries functions: with their policies, but with nothing that other processes or later runs would know of.

    Args:
        environment: gives addresses and credentials of systems.
        evaluator: evaluates expressions.
        surroundings: time and chance.
    """

    def __init__(self, environment: Environment, evaluator: Evaluator, surroundings: Surroundings) -> None:
        self._environment = environment
        self._evaluator = evaluator
        self._surroundings = surroundings
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def run(self, catalogue: Catalogue, wanted: TryRequest, correlation_id: str) -> TryResult:
        """Try a function of ``catalogue``, against its system or with a recorded answer.

        Raises:
            KeyError: the catalogue has no such function.
            TrialRefused: it changes something, or its system can't be called with what the environment gives.
        """
        function = catalogue.functions[wanted.name]
        function = function.model_copy(update={"deadline": min(function.deadline, LONGEST), "cache": None})
        needed = _needed(catalogue, function)
        inputs = [declared for one in needed.functions.values() for declared in one.inputs]
        masking = Masking.of(self._accesses(needed.systems.values()), inputs, wanted.inputs)
        context = Context(None, _ACTIVITY, f"{_ACTIVITY}-{uuid.uuid4().hex}", correlation_id)
        async with self._slots:
            with tracing() as noted:
                if wanted.recorded is not None:
                    outcome = await self._mapping_only(function, wanted.recorded).run(wanted.inputs, context)
                else:
                    outcome = await self._call(needed, function, wanted, context)
        return _result(outcome, noted, masking)

    async def _call(self, needed: Catalogue, function: Function, wanted: TryRequest, context: Context) -> Outcome:
        if function.answer is not None:
            raise TrialRefused(f"{function.name} gets its answer later. Try it with a recorded one")
        if function.effect is not Effect.READ:
            raise TrialRefused(
                f"{function.name} is {function.effect}: it would change something in {function.whom}. "
                "Try it with a recorded answer"
            )
        runner = Runner(needed, self._environment, self._evaluator, self._surroundings, Shared())
        try:
            if function.name not in runner.functions:
                raise TrialRefused("; ".join(runner.troubles))
            return await runner.functions[function.name].run(wanted.inputs, context)
        finally:
            await runner.retire()

    def _mapping_only(self, function: Function, recorded: Recorded) -> RunnableFunction:
        async def answer(request: Request) -> Answer:  # noqa: ARG001 - a Caller
            return Answer(recorded.status, recorded.response)

        function = function.model_copy(update={"answer": None})
        attempt: Attempt = attempt_of(function, answer, AnswerMapping(function, self._evaluator))
        if function.fallback is not None:
            attempt = with_fallback(attempt, function.fallback)
        return RunnableFunction(function, attempt, Runs(self._surroundings.clock))

    def _accesses(self, systems: Iterable[System]) -> Iterable[Access]:
        for system in systems:
            try:
                yield self._environment.access(system)
            except ValueError:
                continue  # a secret that can't be read can't be seen either


def _needed(catalogue: Catalogue, function: Function) -> Catalogue:
    """The function as it is tried, the members of a group, and their systems."""
    group = function.call.group
    members = set(group.functions.values()) if group is not None else set()
    functions = {name: catalogue.functions[name].model_copy(update={"cache": None}) for name in members}
    functions[function.name] = function
    systems = {one.system for one in functions.values()}
    return Catalogue(functions, {name: catalogue.systems[name] for name in systems if name is not None})


def _result(outcome: Outcome, noted: list[Noted], masking: Masking) -> TryResult:
    ending = outcome.ending
    outputs = ending.outputs if isinstance(ending, Succeeded | Refused) else {}
    return TryResult(
        outcome=outcome.word,
        outputs={name: masking.value(value) for name, value in outputs.items()},
        bpmn_error=ending.code if isinstance(ending, Refused) else None,
        error=masking.text(ending.message) if isinstance(ending, Failed) else None,
        attempts=outcome.attempts,
        source=outcome.source,
        duration_ms=round(outcome.seconds * 1000, 3),
        exchanges=[masking.exchange(exchange) for exchange in noted],
    )
