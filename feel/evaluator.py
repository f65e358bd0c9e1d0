"""Evaluation of FEEL expressions over JSON values."""

from collections.abc import Mapping

from pydantic import JsonValue

from feel.errors import FeelError
from feel.plain import Compiled, Context, NotPlain, compile_plain

MAX_EXPRESSION = 4_000
"""Characters that an expression may have."""


class Expressions:
    """The named expressions of one function or form, read once and evaluated together."""

    def __init__(self, texts: Mapping[str, str], plain: Mapping[str, Compiled]) -> None:
        self._texts = texts
        self._plain = plain

    async def evaluate(self, context: Context) -> dict[str, JsonValue]:
        """Return the value of every expression by name; what is missing in ``context`` is null.

        Raises:
            FeelError: an expression can't be evaluated over these values.
        """
        values: dict[str, JsonValue] = {}
        for name, compiled in self._plain.items():
            try:
                values[name] = compiled(context)
            except NotPlain:
                raise FeelError(self._texts[name], "these values need more than a plain path") from None
        return values


class Evaluator:
    """Reads expressions."""

    def prepare(self, expressions: Mapping[str, str]) -> Expressions:
        """Read named expressions.

        Raises:
            FeelError: the first expression that can't be read.
        """
        plain = {name: _plain(text) for name, text in expressions.items()}
        return Expressions(dict(expressions), plain)


def _plain(expression: str) -> Compiled:
    if len(expression) > MAX_EXPRESSION:
        raise FeelError(expression[:40] + "…", f"is longer than {MAX_EXPRESSION} characters")
    compiled = compile_plain(expression)
    if compiled is None:
        raise FeelError(expression, "only paths and comparisons joined by and/or can be evaluated so far")
    return compiled
