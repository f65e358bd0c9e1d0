"""Texts with FEEL in double braces, as form-js has them.

Source: feelers, https://github.com/bpmn-io/feelers: ``{{expression}}``, ``{{#if expression}}…{{/if}}``,
``{{#loop expression}}…{{/loop}}``; within a loop the members of the item are names, ``this`` is the item itself. A
text that begins with ``=`` is one expression.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from feel.errors import FeelError
from feel.evaluator import Evaluator, Expressions
from feel.plain import Context

Show = Callable[[JsonValue], str]
"""Turns the value of an expression into text."""

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_MOST_ITEMS = 200
_LONGEST = 20_000
"""Characters that a filled template may have."""


@dataclass(frozen=True)
class _Literal:
    text: str


@dataclass(frozen=True)
class _Insert:
    expression: str


@dataclass(frozen=True)
class _Block:
    """A condition or a loop with what is in it."""

    kind: str
    expression: str
    body: "_Body"


_Node = _Literal | _Insert | _Block


@dataclass(frozen=True)
class _Body:
    nodes: tuple[_Node, ...]
    expressions: Expressions
    """Of the nodes, by their place."""


class Template:
    """A text that has been read.

    Args:
        text: the text.
        evaluator: reads its expressions.

    Raises:
        FeelError: an expression can't be read, or a block is not closed.
    """

    def __init__(self, text: str, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        if text.startswith("="):
            self._body = self._close([_Insert(text[1:].strip())])
        else:
            self._body = self._read(text)

    def _close(self, nodes: Sequence[_Node]) -> _Body:
        texts = {str(at): node.expression for at, node in enumerate(nodes) if not isinstance(node, _Literal)}
        return _Body(tuple(nodes), self._evaluator.prepare(texts))

    def _read(self, text: str) -> _Body:
        open_blocks: list[tuple[str, str, list[_Node]]] = []
        nodes: list[_Node] = []
        for at, part in enumerate(_TAG.split(text)):
            tag = part.strip()
            if at % 2 == 0:
                nodes += [_Literal(part)] if part else []
            elif match := re.match(r"#(if|loop)\s+(.+)", tag, re.DOTALL):
                open_blocks.append((match[1], match[2], nodes))
                nodes = []
            elif tag.startswith("/"):
                if not open_blocks or open_blocks[-1][0] != tag[1:].strip():
                    raise FeelError(text[:200], f"{{{{{tag}}}}} closes nothing")
                kind, expression, around = open_blocks.pop()
                around.append(_Block(kind, expression, self._close(nodes)))
                nodes = around
            elif tag:
                nodes.append(_Insert(tag.removeprefix("=")))
        if open_blocks:
            raise FeelError(text[:200], f"a block {open_blocks[-1][0]} is not closed")
        return self._close(nodes)

    async def fill(self, context: Context, show: Show) -> str:
        """Return the text with every expression's value in its place.

        Args:
            context: values by name; what is missing is null.
            show: turns values into text.

        Raises:
            FeelError: an expression can't be evaluated over these values, or not within the limits.
        """
        return (await _filled(self._body, context, show))[:_LONGEST]


async def _filled(body: _Body, context: Context, show: Show) -> str:
    values = await body.expressions.evaluate(context)
    parts: list[str] = []
    for at, node in enumerate(body.nodes):
        match node:
            case _Literal(text=text):
                parts.append(text)
            case _Insert():
                parts.append(show(values[str(at)]))
            case _Block(kind="if", body=inner):
                parts += [await _filled(inner, context, show)] if values[str(at)] is True else []
            case _Block(body=inner):
                items = values[str(at)]
                for item in items[:_MOST_ITEMS] if isinstance(items, list) else ():
                    parts.append(await _filled(inner, _within(context, item), show))
    return "".join(parts)


def _within(context: Context, item: JsonValue) -> Context:
    members: Mapping[str, JsonValue] = item if isinstance(item, Mapping) else {}
    return {**context, **members, "this": item, "parent": dict(context)}
