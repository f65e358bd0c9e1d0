"""Running functions: inputs checked, policies around the call, the ending as a value."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import partial

from cachetools import LRUCache
from pydantic import JsonValue

from feel import BundleError, Evaluator, FeelError
from functions.attempt import attempt_of
from functions.calls.group import GroupCall, GroupCaller
from functions.calls.protocol import Answer, Caller
from functions.calls.registry import call_protocols
from functions.catalogue import Catalogue
from functions.composition import Composition, Shared
from functions.context import Context
from functions.declaration import Function
from functions.errors import BusinessError, Permanent, Transient
from functions.invocation import Attempt, Invocation
from functions.mapping import AnswerMapping
from functions.outcome import Ending, Failed, Ordered, Outcome, Outputs, Refused, Succeeded
from functions.pins import Pin
from functions.replacements import NONE, Replacements
from functions.source import Source
from functions.surroundings import Surroundings
from functions.systems import Environment
from functions.values import InputReader
from runtime import logs

_PINS = 256
"""Pins of one function that are kept ready."""
_log = logs.get(__name__)


class Runs:
    """Times what is under way, and counts it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._under_way = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def one(self) -> Iterator[Callable[[], float]]:
        """A run is under way in the block, which gets the seconds since its beginning."""
        started = self._clock()
        self._under_way += 1
        self._none.clear()
        try:
            yield lambda: self._clock() - started
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._none.set()

    async def ended(self) -> None:
        """Return when nothing is under way."""
        await self._none.wait()


class RunnableFunction:
    """One function, ready to run.

    Args:
        function: its declaration.
        call: the call with the policies around it.
        runs: counts the runs.
        repin: makes the function that a release has pinned; None for one that is such a function itself.
        later: maps an answer that comes later.
        replacements: what stands in for a pin.
    """

    def __init__(
        self,
        function: Function,
        call: Attempt,
        runs: Runs,
        repin: "Callable[[str], RunnableFunction] | None" = None,
        later: AnswerMapping | None = None,
        replacements: Replacements = NONE,
    ) -> None:
        self.declaration = function
        self._later = later
        self._inputs = InputReader(function)
        self._call = call
        self._runs = runs
        self._repin = repin
        self._replacements = replacements
        self._pinned: MutableMapping[str, RunnableFunction] = LRUCache(_PINS)

    def as_pinned(self, pin: str | None) -> "RunnableFunction":
        """This function as a release pinned it (functions.pins), made once a pin; itself where none is given."""
        if pin is None or self._repin is None:
            return self
        pin = self._replacements.of(pin)
        known = self._pinned.get(pin)
        if known is None:
            known = self._pinned[pin] = self._repin(pin)
        return known

    async def run(self, variables: Mapping[str, object], context: Context) -> Outcome:
        """Run the function once for one task; how it ended is the result, never an exception."""
        invocation = Invocation({}, context)
        with self._runs.one() as seconds:
            ending = await self._ending(variables, invocation)
            return Outcome(ending, invocation.attempts, seconds(), invocation.source)

    async def answered(self, body: JsonValue) -> Ending:
        """What becomes of an order by the answer that has come for it; never an exception."""
        if self._later is None:
            return self._failed(Permanent("unreadable", "it expects no later answer"))
        with self._runs.one():
            try:
                return Succeeded(await self._later.outputs(Answer(None, body), {}))
            except BusinessError as error:
                return Refused(error.code, error.outputs)
            except (Transient, Permanent) as error:
                return self._failed(error)

    def unanswered(self) -> Ending:
        """What becomes of an order whose time is over."""
        fallback = self.declaration.fallback
        if fallback is not None and fallback.value is not None:
            return Succeeded(fallback.value)
        return self._failed(Transient("timeout", f"{self.declaration.whom} has not given its answer in time"))

    async def _ending(self, variables: Mapping[str, object], invocation: Invocation) -> Ending:
        answer = self.declaration.answer
        try:
            invocation.inputs = self._inputs.read(variables)
            outputs = await self._call(invocation)
        except BusinessError as error:
            return Refused(error.code, error.outputs)
        except (Transient, Permanent) as error:
            return self._failed(error)
        if answer is not None and invocation.source is Source.CALL:
            return Ordered(answer.callback.within)
        return Succeeded(outputs, invocation.age)

    def _failed(self, error: Transient | Permanent) -> Failed:
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
        replacements: Replacements = NONE,
    ) -> None:
        self._catalogue = catalogue
        self._environment = environment
        self._evaluator = evaluator
        self._runs = Runs(surroundings.clock)
        self._protocols = call_protocols(evaluator)
        self.composition = Composition(catalogue, shared, surroundings)
        self.functions: dict[str, RunnableFunction] = {}
        troubles: set[str] = set()
        for name, function in catalogue.functions.items():
            try:
                call = self._call(function, {})
                self.functions[name] = RunnableFunction(
                    function, call, self._runs, partial(self._pinned, function), self._later(function), replacements
                )
            except (ValueError, OSError) as trouble:
                troubles.add(str(trouble))
        self.troubles = tuple(sorted(troubles))

    def _pinned(self, live: Function, text: str) -> RunnableFunction:
        """A function as a release pinned it: the contract of then, the policies of now."""
        try:
            pin = Pin.read(text)
            if pin == Pin.of(live, self._catalogue.functions):
                return self.functions[live.name]
            function = pin.on(live, self._catalogue.functions)
            call = self._call(function, {member.name: member.text() for member in pin.members})
        except (ValueError, OSError, FeelError, BundleError) as trouble:
            return self._unusable(live, f"what the release has pinned can't be called now: {trouble}")
        return RunnableFunction(function, call, self._runs, later=self._later(function))

    def _unusable(self, live: Function, why: str) -> RunnableFunction:
        async def refuse(_invocation: Invocation) -> Outputs:
            raise Permanent("pin", why)

        _log.error("pin_unusable", function=live.name, sentence=why)
        return RunnableFunction(live.model_copy(update={"inputs": ()}), refuse, self._runs)

    def _call(self, function: Function, pins: Mapping[str, str]) -> Attempt:
        """The call of a function with its policies; ``pins`` are those of the functions of a group, by name."""
        order = function if function.answer is None else function.model_copy(update={"outputs": {}})
        attempt = attempt_of(function, self._caller(function, pins), AnswerMapping(order, self._evaluator))
        confirm = None if function.confirm is None else partial(self._run, {}, function.confirm)
        return self.composition.around(attempt, function, confirm)

    def _later(self, function: Function) -> AnswerMapping | None:
        return None if function.answer is None else AnswerMapping(function, self._evaluator)

    def _caller(self, function: Function, pins: Mapping[str, str]) -> Caller:
        protocol, call = function.call.protocol
        if isinstance(call, GroupCall):
            return GroupCaller(call, partial(self._run, pins))
        assert function.system is not None  # noqa: S101 - only a group has none
        system = self._catalogue.systems[function.system]
        return self._protocols[protocol].caller(call, system, self._environment.access(system))

    async def _run(
        self, pins: Mapping[str, str], name: str, inputs: Mapping[str, JsonValue], context: Context
    ) -> Ending:
        """Run a function that another one names."""
        if name not in self.functions:
            return Failed("unusable", f"{name} can't be called", may_pass=False)
        return (await self.functions[name].as_pinned(pins.get(name)).run(inputs, context)).ending

    async def retire(self) -> None:
        """Let what runs end, then close all connections to systems."""
        await self._runs.ended()
        for protocol in self._protocols.values():
            await protocol.close()
