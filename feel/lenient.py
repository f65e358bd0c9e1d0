"""Expressions as forms take them: what can't be evaluated is null, and conditions are unary tests.

That is what form-js does in a browser (form-js-viewer, FeelExpressionLanguage), so that a field which is hidden there
is hidden on the server: a condition counts as true where it gives null, such as a comparison with what is missing.
"""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from feel.errors import FeelError
from feel.isolate import Isolate, LimitReached
from feel.plain import Compiled, Context, NotPlain, compile_plain


class LenientExpressions:
    """Named expressions and conditions of a form, evaluated together in at most one call of the isolate.

    Args:
        values: expressions by name.
        tests: conditions by name; no name is in both.
        isolate: evaluates what is not plain.
    """

    def __init__(self, values: Mapping[str, str], tests: Mapping[str, str], isolate: Callable[[], Isolate]) -> None:
        self._values = {name: (text, compile_plain(text)) for name, text in values.items()}
        self._tests = {name: (text, compile_plain(text)) for name, text in tests.items()}
        self._isolate = isolate

    async def evaluate(self, context: Context) -> dict[str, JsonValue]:
        """Return what every expression gives, and of every condition whether it is true.

        Raises:
            FeelError: not within the limits.
            BundleError: the interpreter has not been built.
        """
        found: dict[str, JsonValue] = {}
        values = {name: text for name, (text, plain) in self._values.items() if not _plain(plain, context, name, found)}
        tests = {name: text for name, (text, plain) in self._tests.items() if not _plain(plain, context, name, found)}
        for name in self._tests.keys() - tests.keys():
            if isinstance(found[name], list):
                tests[name] = self._tests[name][0]
            else:
                found[name] = found[name] is None or found[name] is True
        if values or tests:
            try:
                evaluated = await self._isolate().evaluate(values, context, tests)
            except LimitReached as limit:
                raise FeelError("; ".join([*values.values(), *tests.values()])[:200], str(limit)) from None
            found |= {name: one.value for name, one in evaluated.items()}
        return found


def _plain(compiled: Compiled | None, context: Context, name: str, found: dict[str, JsonValue]) -> bool:
    if compiled is None:
        return False
    try:
        found[name] = compiled(context)
    except NotPlain:
        return False
    return True
