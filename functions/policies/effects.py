"""Calls that change something: written down before they are made, never made twice blindly."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from pydantic import JsonValue

from functions.consistency import KEY_INPUT, NOT_HAPPENED
from functions.context import Context
from functions.declaration import Effect as Declared
from functions.declaration import Function
from functions.errors import BusinessError, FunctionError, Permanent, Transient
from functions.invocation import Attempt, Invocation
from functions.outcome import Ending, Failed, Ordered, Outputs, Refused, Succeeded
from functions.shared import Effect, EffectKind, Effects, EffectState
from functions.source import Source
from runtime import logs
from store.errors import StoreError

Confirm = Callable[[Mapping[str, JsonValue], Context], Awaitable[Ending]]
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class RecordedEffect:
    """Makes the calls of one function that changes something.

    Attributes:
        inner: makes the call.
        confirm: asks the system whether it happened; None where nothing can.
    """

    function: Function
    inner: Attempt
    effects: Effects
    confirm: Confirm | None

    async def __call__(self, invocation: Invocation) -> Outputs:
        """Make the call, unless an earlier run of the same task has made it.

        Raises:
            Transient: it can't be written down (cause ``store``), so it is not made.
            Permanent: whether an earlier run has made it is unknown and nothing can tell (cause ``unknown``).
        """
        effect = self._effect(invocation)
        try:
            known = await self.effects.begin(effect)
        except StoreError as error:
            raise Transient("store", "not called, because it can't be written down before") from error
        return await self._call(effect, invocation) if known is None else await self._again(known, invocation)

    def _effect(self, invocation: Invocation) -> Effect:
        context, is_compensable = invocation.context, self.function.effect is Declared.COMPENSABLE
        return Effect(
            context.idempotency_key,
            self.function.name,
            context.session_id,
            context.activity_id,
            context.correlation_id,
            kind=EffectKind.COMPENSABLE if is_compensable else EffectKind.IRREVERSIBLE,
            inputs=invocation.inputs if is_compensable else None,
        )

    async def _call(self, effect: Effect, invocation: Invocation) -> Outputs:
        try:
            outputs = await self.inner(invocation)
        except BusinessError as error:
            await self._settle(replace(effect, state=EffectState.REFUSED, code=error.code, outputs=error.outputs))
            raise
        except FunctionError:
            if not invocation.doubtful:
                await self._settle(replace(effect, state=EffectState.NOT_MADE))
            raise
        if self.function.answer is None:
            # Of an order nothing is known until its answer comes: run again, the task asks.
            await self._settle(replace(effect, state=EffectState.DONE, outputs=outputs))
        return outputs

    async def _again(self, known: Effect, invocation: Invocation) -> Outputs:
        match known.state:
            case EffectState.DONE:
                invocation.source = Source.RECORDED
                return known.outputs or {}
            case EffectState.REFUSED:
                raise BusinessError(known.code or "", known.outputs or {})
            case _:
                return await self._resolve(known, invocation)

    async def _resolve(self, known: Effect, invocation: Invocation) -> Outputs:
        """Find out about a call that an earlier run may have made."""
        invocation.doubtful = True
        system = self.function.whom
        if self.confirm is None:
            knows_the_key = self.function.idempotency_header is not None
            if knows_the_key or self.function.effect is Declared.COMPENSABLE:
                return await self._call(known, invocation)  # done once by the key, or what is done twice can be undone
            raise Permanent("unknown", f"an earlier call may have been made: ask {system} before trying again")
        match await self.confirm({**invocation.inputs, KEY_INPUT: known.key}, invocation.context):
            case Succeeded(outputs):
                await self._settle(replace(known, state=EffectState.DONE, outputs=outputs))
                invocation.source = Source.CONFIRMED
                return outputs
            case Refused(code, _) if code == NOT_HAPPENED:
                invocation.doubtful = False
                return await self._call(known, invocation)
            case Refused(code, _):
                why = f"{self.function.confirm} answered {code}"
            case Failed(_, message):
                why = message
            case Ordered():
                why = f"{self.function.confirm} gives its answer later"
        raise Permanent("unknown", f"an earlier call may have been made, and {system} could not be asked: {why}")

    async def _settle(self, effect: Effect) -> None:
        try:
            await self.effects.settle(effect)
        except StoreError as error:
            # It stays written down as begun: another run of this task would ask, not call blindly.
            _log.warning("effect_not_settled", function=effect.function, key=effect.key, error=str(error))
