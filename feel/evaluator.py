"""Evaluation of FEEL expressions over JSON values."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from py_mini_racer import JSEvalException
from pydantic import JsonValue

from feel.bundle import read_bundle
from feel.errors import FeelError
from feel.isolate import Evaluated, Isolate, LimitReached, Limits
from feel.lenient import LenientExpressions
from feel.plain import Compiled, Context, NotPlain, compile_plain

MAX_EXPRESSION = 4_000
"""Characters that an expression may have."""


class Expressions:
    """The named expressions of one function or form, evaluated together in at most one call of the isolate."""

    def __init__(self, texts: Mapping[str, str], plain: Mapping[str, Compiled], isolate: Callable[[], Isolate]) -> None:
        self._texts = texts
        self._plain = plain
        self._full = {name: text for name, text in texts.items() if name not in plain}
        self._isolate = isolate

    async def evaluate(self, context: Context) -> dict[str, JsonValue]:
        """Return the value of every expression by name; what is missing in ``context`` is null.

        Raises:
            FeelError: an expression can't be evaluated over these values, or not within the limits.
        """
        values: dict[str, JsonValue] = {}
        left = dict(self._full)
        for name, compiled in self._plain.items():
            try:
                values[name] = compiled(context)
            except NotPlain:
                left[name] = self._texts[name]
        if left:
            try:
                values |= _values(left, await self._isolate().evaluate(left, context))
            except LimitReached as limit:
                raise _beyond(left, limit) from None
        return values


class Evaluator:
    """Reads expressions. Plain ones need nothing else; for others an isolate starts with the first of them.

    Args:
        bundle: gives the interpreter's JavaScript.
    """

    def __init__(self, limits: Limits | None = None, bundle: Callable[[], str] = read_bundle) -> None:
        self._limits = limits or Limits()
        self._bundle = bundle
        self._started: Isolate | None = None

    def prepare(self, expressions: Mapping[str, str]) -> Expressions:
        """Read named expressions.

        Raises:
            FeelError: the first expression that can't be read.
            BundleError: one needs the interpreter, which has not been built.
        """
        plain = {name: compiled for name, text in expressions.items() if (compiled := _plain(text)) is not None}
        full = {name: text for name, text in expressions.items() if name not in plain}
        if full:
            try:
                _refuse(full, _unreadable(self._isolate().evaluate_now(full, {})))
            except LimitReached as limit:
                raise _beyond(full, limit) from None
        return Expressions(dict(expressions), plain, self._isolate)

    def check(self, expression: str) -> None:
        """Say whether an expression can be read.

        Raises:
            FeelError: it can't; with the place of the error.
            BundleError: as ``prepare``.
        """
        self.prepare({"": expression})

    def lenient(self, values: Mapping[str, str], tests: Mapping[str, str]) -> LenientExpressions:
        """Take expressions and conditions as a form has them, right or wrong; names are of one or the other."""
        return LenientExpressions(values, tests, self._isolate)

    async def matches(self, pattern: str, text: str) -> bool:
        """Whether a regular expression of JavaScript is found in a text.

        Raises:
            FeelError: not within the limits, or the pattern is none.
            BundleError: the interpreter has not been built.
        """
        try:
            return await self._isolate().matches(pattern, text)
        except LimitReached as limit:
            raise FeelError(pattern, str(limit)) from None
        except JSEvalException:
            raise FeelError(pattern, "is no regular expression") from None

    def _isolate(self) -> Isolate:
        if self._started is None:
            self._started = Isolate(self._bundle(), self._limits)
        return self._started

    def close(self) -> None:
        """End the isolate, if there is one."""
        if self._started is not None:
            self._started.close()
            self._started = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _plain(expression: str) -> Compiled | None:
    if len(expression) > MAX_EXPRESSION:
        raise FeelError(expression[:40] + "…", f"is longer than {MAX_EXPRESSION} characters")
    return compile_plain(expression)


def _unreadable(evaluated: Mapping[str, Evaluated]) -> dict[str, Evaluated]:
    # Without values only an error with a place is the expression's own fault.
    return {name: found for name, found in evaluated.items() if found.position is not None}


def _values(texts: Mapping[str, str], evaluated: Mapping[str, Evaluated]) -> dict[str, JsonValue]:
    _refuse(texts, evaluated)
    return {name: found.value for name, found in evaluated.items()}


def _refuse(texts: Mapping[str, str], evaluated: Mapping[str, Evaluated]) -> None:
    for name, found in evaluated.items():
        if found.error is not None:
            raise FeelError(texts[name], found.error, found.position)


def _beyond(texts: Mapping[str, str], limit: LimitReached) -> FeelError:
    return FeelError("; ".join(texts.values())[:200], str(limit))
