"""Running functions: inputs checked, policies around the call, the ending as a value."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from pydantic import JsonValue

from feel import Evaluator
from functions.attempt import attempt_of
from functions.calls.group import GroupCall, GroupCaller
from functions.calls.protocol import Caller
from functions.calls.registry import call_protocols
from functions.catalogue import Catalogue
from functions.composition import Composition, Shared
from functions.context import Context
from functions.declaration import Function
from functions.errors import BusinessError, Permanent, Transient
from functions.invocation import Attempt, Invocation
from functions.mapping import AnswerMapping
from functions.outcome import Ending, Failed, Outcome, Refused, Succeeded
from functions.surroundings import Surroundings
from functions.systems import Environment, System
from functions.values import InputReader


class RunnableFunction:
    """One function, ready to run."""

    def __init__(self, function: Function, call: Attempt, clock: Callable[[], float]) -> None:
        self.declaration = function
        self._inputs = InputReader(function)
        self._call = call
        self._clock = clock
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self, variables: Mapping[str, object], context: Context) -> Outcome:
        """Run the function once for one task; how it ended is the result, never an exception."""
        started = self._clock()
        invocation = Invocation({}, context)
        self._running += 1
        self._idle.clear()
        try:
            ending = await self._ending(variables, invocation)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()
        return Outcome(ending, invocation.attempts, self._clock() - started, invocation.source)

    async def idle(self) -> None:
        """Return when no run of this function is under way."""
        await self._idle.wait()

    async def _ending(self, variables: Mapping[str, object], invocation: Invocation) -> Ending:
        try:
            invocation.inputs = self._inputs.read(variables)
            return Succeeded(await self._call(invocation))
        except BusinessError as error:
            return Refused(error.code, error.outputs)
        except (Transient, Permanent) as error:
            fallback = self.declaration.fallback
            return Failed(
                error.cause,
                f"{self.declaration.name}: {error}",
                may_pass=isinstance(error, Transient),
                manual=fallback.manual if fallback is not None else None,
            )


class Runner:
    """All functions of a catalogue, with their connections.

    Attributes:
        functions: by name, those whose system can be reached with what the environment gives.
        troubles: a sentence for every system of which address, credentials or certificates are missing.
        composition: what the functions of one system share.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        environment: Environment,
        evaluator: Evaluator,
        surroundings: Surroundings,
        shared: Shared,
    ) -> None:
        self._environment = environment
        self._evaluator = evaluator
        self._clock = surroundings.clock
        self._protocols = call_protocols(evaluator)
        self.composition = Composition(catalogue, shared, surroundings)
        self.functions: dict[str, RunnableFunction] = {}
        troubles: set[str] = set()
        for name, function in catalogue.functions.items():
            try:
                self.functions[name] = self._runnable(function, catalogue.systems)
            except (ValueError, OSError) as trouble:
                troubles.add(str(trouble))
        self.troubles = tuple(sorted(troubles))

    def _runnable(self, function: Function, systems: Mapping[str, System]) -> RunnableFunction:
        attempt = attempt_of(function, self._caller(function, systems), AnswerMapping(function, self._evaluator))
        confirm = None if function.confirm is None else partial(self._run, function.confirm)
        return RunnableFunction(function, self.composition.around(attempt, function, confirm), self._clock)

    def _caller(self, function: Function, systems: Mapping[str, System]) -> Caller:
        protocol, call = function.call.protocol
        if isinstance(call, GroupCall):
            return GroupCaller(call, self._run)
        assert function.system is not None  # noqa: S101 - only a group has none
        system = systems[function.system]
        return self._protocols[protocol].caller(call, system, self._environment.access(system))

    async def _run(self, name: str, inputs: Mapping[str, JsonValue], context: Context) -> Ending:
        """Run a function that another one names."""
        if name not in self.functions:
            return Failed("unusable", f"{name} can't be called", may_pass=False)
        return (await self.functions[name].run(inputs, context)).ending

    async def retire(self) -> None:
        """Let what runs end, then close all connections to systems."""
        await asyncio.gather(*(function.idle() for function in self.functions.values()))
        for protocol in self._protocols.values():
            await protocol.close()
