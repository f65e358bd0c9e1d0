"""feelin in a V8 isolate of its own thread, with limits of time, memory and size."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Thread

from py_mini_racer import JSOOMException, MiniRacer, mini_racer
from pydantic import JsonValue

_MEBIBYTE = 1_048_576


@dataclass(frozen=True, slots=True)
class Limits:
    """What one evaluation may take.

    Attributes:
        seconds: time by the clock, long enough for a machine that is busy with something else.
        memory_bytes: of V8's heap.
        context_bytes: of the JSON that goes in.
        value_bytes: of the JSON that comes out.
    """

    seconds: float = 2.0
    memory_bytes: int = 128 * _MEBIBYTE
    context_bytes: int = 4 * _MEBIBYTE
    value_bytes: int = 4 * _MEBIBYTE


class LimitReached(Exception):
    """An evaluation took more than it may; the message is the rest of a sentence about the expression."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What became of one expression.

    Attributes:
        error: why it has no value, None where it has one.
        position: index of the character where the error is, where known.
    """

    value: JsonValue
    error: str | None = None
    position: int | None = None


class Isolate:
    """Runs expressions one after another; a runaway one is stopped and harms no other.

    Args:
        bundle: the interpreter's JavaScript, which defines ``evaluateAll``.
    """

    def __init__(self, bundle: str, limits: Limits) -> None:
        self._bundle = bundle
        self._limits = limits
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="feel", daemon=True)
        self._thread.start()
        self._turn = asyncio.Lock()
        self._context = ExitStack()
        self._racer: MiniRacer | None = None

    async def evaluate(
        self, texts: Mapping[str, str], context: Mapping[str, JsonValue], tests: Mapping[str, str] | None = None
    ) -> dict[str, Evaluated]:
        """Evaluate named expressions, and unary tests, over one context, from any event loop.

        Raises:
            LimitReached: of time, memory or size.
        """
        return await self._answer("evaluateAll", self._request(texts, context, tests or {}))

    async def matches(self, pattern: str, text: str) -> bool:
        """Whether a regular expression of JavaScript is found in a text, from any event loop.

        Raises:
            LimitReached: of time, memory or size.
            JSEvalException: the pattern is none.
        """
        request = json.dumps({"pattern": pattern, "text": text})
        return (await self._answer("matches", request))[""].value is True

    async def _answer(self, function: str, request: str) -> dict[str, Evaluated]:
        running = asyncio.run_coroutine_threadsafe(self._evaluate(function, request), self._loop)
        return _read(await asyncio.wrap_future(running))

    def evaluate_now(self, texts: Mapping[str, str], context: Mapping[str, JsonValue]) -> dict[str, Evaluated]:
        """The same for callers without an event loop, such as checks of declarations.

        Raises:
            LimitReached: of time, memory or size.
        """
        request = self._request(texts, context, {})
        return _read(asyncio.run_coroutine_threadsafe(self._evaluate("evaluateAll", request), self._loop).result())

    def _request(self, texts: Mapping[str, str], context: Mapping[str, JsonValue], tests: Mapping[str, str]) -> str:
        parts = {"texts": dict(texts), "tests": dict(tests), "context": dict(context)}
        request = json.dumps(parts, ensure_ascii=False)
        if len(request) > self._limits.context_bytes:
            raise LimitReached(f"the values are larger than {self._limits.context_bytes} bytes")
        return request

    async def _evaluate(self, function: str, request: str) -> str:
        async with self._turn:
            racer = self._racer or await self._boot()
            try:
                async with asyncio.timeout(self._limits.seconds):
                    answer = await racer.eval_cancelable(f"{function}({json.dumps(request)})")
            except TimeoutError:
                self._dispose()
                raise LimitReached(f"takes longer than {self._limits.seconds:g} s") from None
            except JSOOMException:
                self._dispose()
                raise LimitReached(f"takes more than {self._limits.memory_bytes} bytes of memory") from None
        if not isinstance(answer, str) or len(answer) > self._limits.value_bytes:
            raise LimitReached(f"gives more than {self._limits.value_bytes} bytes")
        return answer

    async def _boot(self) -> MiniRacer:
        racer = self._context.enter_context(mini_racer(self._loop))
        await racer.eval_cancelable(self._bundle)
        racer.set_hard_memory_limit(self._limits.memory_bytes)
        self._racer = racer
        return racer

    def _dispose(self) -> None:
        # One that has been out of memory stays so, and one that was stopped may keep nearly all it may have; both would
        # fail the next evaluation, which boots another.
        self._racer = None
        self._context.close()

    def close(self) -> None:
        """End the isolate and its thread."""

        async def dispose() -> None:
            async with self._turn:
                self._dispose()

        asyncio.run_coroutine_threadsafe(dispose(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _read(answer: str) -> dict[str, Evaluated]:
    return {
        name: Evaluated(found.get("value"), found.get("error"), found.get("position"))
        for name, found in json.loads(answer).items()
    }
