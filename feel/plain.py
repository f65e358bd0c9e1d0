"""Expressions that need no interpreter: paths, literals, and comparisons of these joined by ``and`` and ``or``.

Most mappings of a function are of this kind. They mean here exactly what they mean in feelin, which one table of
cases holds (``tests/feel/cases.yaml``); what this module is not sure about, it leaves to feelin by ``NotPlain``.
Grammar and three-valued logic: DMN 1.5, chapter 10 (FEEL).
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

Context = Mapping[str, JsonValue]
Compiled = Callable[[Context], JsonValue]
"""Gives an expression's value. Raises NotPlain where the values make it a case for feelin."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d{1,15}(?:\.\d{1,15})?(?![\w.]))|(?P<text>\"[^\"\\]*\")|(?P<name>[^\W\d]\w*)|(?P<sign><=|>=|!=|[=<>().\[\]]))"
)
_LITERALS: Mapping[str, JsonValue] = {"true": True, "false": False, "null": None}
_RESERVED = {"and", "or", "not", "in", "if", "then", "else", "for", "return", "some", "every", "satisfies", "between"}
_RESERVED |= {"instance", "of", "function", "external"}
_ORDER: Mapping[str, Callable[[str, str], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class NotPlain(Exception):
    """This expression, or these values in it, are for the interpreter."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def compile_plain(expression: str) -> Compiled | None:
    """Return what evaluates ``expression``, or None where it is more than this module knows."""
    try:
        return _Parser(_tokens(expression)).parse()
    except NotPlain:
        return None


def _tokens(expression: str) -> list[_Token]:
    tokens: list[_Token] = []
    text, at = expression.strip(), 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise NotPlain
        tokens.append(_Token(match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


class _Parser:
    """Recursive descent over tokens; anything unexpected is NotPlain."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def parse(self) -> Compiled:
        compiled = self._joined("or", lambda: self._joined("and", self._comparison, _and), _or)
        if self._at != len(self._tokens):
            raise NotPlain
        return compiled

    def _next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *texts: str) -> str | None:
        token = self._next()
        if token is None or token.kind not in {"sign", "name"} or token.text not in texts:
            return None
        self._at += 1
        return token.text

    def _expect(self, kind: str) -> str:
        token = self._next()
        if token is None or token.kind != kind:
            raise NotPlain
        self._at += 1
        return token.text

    def _joined(
        self, word: str, part: Callable[[], Compiled], join: Callable[[Compiled, Compiled], Compiled]
    ) -> Compiled:
        left = part()
        while self._take(word):
            left = join(left, part())
        return left

    def _comparison(self) -> Compiled:
        left = self._operand()
        sign = self._take("=", "!=", "<", "<=", ">", ">=")
        return left if sign is None else _comparison(sign, left, self._operand())

    def _operand(self) -> Compiled:
        token = self._next()
        if token is None:
            raise NotPlain
        if token.kind == "number":
            self._at += 1
            return _constant(float(token.text) if "." in token.text else int(token.text))
        if token.kind == "text":
            self._at += 1
            return _constant(token.text[1:-1])
        name = self._expect("name")
        if name in _LITERALS:
            return _constant(_LITERALS[name])
        return self._path(name)

    def _path(self, name: str) -> Compiled:
        steps = [_name_step(name)]
        while sign := self._take(".", "["):
            if sign == ".":
                steps.append(_name_step(self._expect("name")))
            else:
                index = self._expect("number")
                if self._take("]") is None or "." in index:
                    raise NotPlain
                steps.append(_index_step(int(index)))

        def walk(context: Context) -> JsonValue:
            value: JsonValue = context  # type: ignore[assignment]  # a mapping of JSON values is one itself
            for step in steps:
                value = step(value)
            return value

        return walk


_Step = Callable[[JsonValue], JsonValue]


def _name_step(name: str) -> _Step:
    if name in _RESERVED or name in _LITERALS:
        raise NotPlain

    def step(value: JsonValue) -> JsonValue:
        if isinstance(value, Mapping):
            return value.get(name)
        if isinstance(value, list):
            if not all(isinstance(item, Mapping) for item in value):
                raise NotPlain
            return [item.get(name) for item in value if isinstance(item, Mapping)]
        return None

    return step


def _index_step(index: int) -> _Step:
    def step(value: JsonValue) -> JsonValue:
        if not isinstance(value, list):
            raise NotPlain
        position = index - 1 if index > 0 else len(value) + index
        return value[position] if index != 0 and 0 <= position < len(value) else None

    return step


def _constant(value: JsonValue) -> Compiled:
    return lambda _context: value


def _comparison(sign: str, left: Compiled, right: Compiled) -> Compiled:
    if sign == "=":
        return lambda context: _equal(left(context), right(context))
    if sign == "!=":
        return lambda context: _equal(left(context), right(context)) is not True
    compare = _ORDER[sign]
    return lambda context: _ordered(compare, left(context), right(context))


def _kind(value: JsonValue) -> type:
    """The FEEL type of a simple value: a boolean is no number there, and all numbers are of one type."""
    if isinstance(value, bool):
        return bool
    if isinstance(value, int | float):
        return float
    if isinstance(value, str):
        return str
    raise NotPlain


def _equal(left: JsonValue, right: JsonValue) -> bool | None:
    if left is None or right is None:
        return left is right
    return left == right if _kind(left) is _kind(right) else None


def _ordered(compare: Callable[..., bool], left: JsonValue, right: JsonValue) -> bool | None:
    if left is None or right is None:
        return None
    if _kind(left) is not _kind(right) or _kind(left) is bool:
        raise NotPlain
    return compare(left, right)


def _and(left: Compiled, right: Compiled) -> Compiled:
    def both(context: Context) -> JsonValue:
        sides = (left(context), right(context))
        if False in (side for side in sides if isinstance(side, bool)):
            return False
        return True if all(side is True for side in sides) else None

    return both


def _or(left: Compiled, right: Compiled) -> Compiled:
    def either(context: Context) -> JsonValue:
        sides = (left(context), right(context))
        if any(side is True for side in sides):
            return True
        return False if all(side is False for side in sides) else None

    return either
