"""Filling places of a call with inputs: path templates, and trees whose leaves are expressions."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from pydantic import JsonValue

from feel import Evaluator, FeelError
from functions.errors import Permanent
from functions.fields import Location

_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def places(template: str) -> list[str]:
    """Names in a path template (RFC 6570, level 1)."""
    return _PLACE.findall(template)


def expand(template: str, inputs: Mapping[str, JsonValue]) -> str:
    """Fill a path template (RFC 6570, simple string expansion).

    Raises:
        Permanent: a value is missing, no simple value, or would change the path's structure.
    """

    def fill(match: re.Match[str]) -> str:
        text = simple_text(match[1], inputs.get(match[1]))
        if not text:
            raise Permanent("inputs", f"input {match[1]} is empty, but is a part of the path")
        return quote(text, safe="")

    path = _PLACE.sub(fill, template)
    if any(segment in {".", ".."} for segment in path.split("/")):
        raise Permanent("inputs", "an input would lead out of the declared path")
    return path


def simple_text(name: str, value: JsonValue) -> str | None:
    """Write a string, number or boolean as text; null stays None.

    Raises:
        Permanent: the value is a list or an object.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise Permanent("inputs", f"{name} is a list or an object where text is needed")


def leaves(tree: JsonValue, at: Location = ()) -> Iterator[tuple[Location, str]]:
    """All strings of a tree, which are expressions, with their places."""
    if isinstance(tree, str):
        yield at, tree
    elif isinstance(tree, dict):
        for key, branch in tree.items():
            yield from leaves(branch, (*at, key))
    elif isinstance(tree, list):
        for index, branch in enumerate(tree):
            yield from leaves(branch, (*at, index))


def filled(tree: JsonValue, values: Mapping[Location, JsonValue], at: Location = ()) -> JsonValue:
    """The tree with each string replaced by the value at its place; other leaves stay as written."""
    if isinstance(tree, str):
        return values[at]
    if isinstance(tree, dict):
        return {key: filled(branch, values, (*at, key)) for key, branch in tree.items()}
    if isinstance(tree, list):
        return [filled(branch, values, (*at, index)) for index, branch in enumerate(tree)]
    return tree


class ExpressionTree:
    """A tree whose strings are expressions over the inputs, read once."""

    def __init__(self, tree: JsonValue, evaluator: Evaluator) -> None:
        """Read the expressions.

        Raises:
            FeelError: one can't be read.
        """
        self._tree = tree
        self._places = {str(index): (at, text) for index, (at, text) in enumerate(leaves(tree))}
        self._expressions = evaluator.prepare({key: text for key, (_, text) in self._places.items()})

    async def filled(self, inputs: Mapping[str, JsonValue]) -> JsonValue:
        """The tree with each expression's value in its place.

        Raises:
            Permanent: an expression can't be evaluated over these inputs.
        """
        try:
            values = await self._expressions.evaluate(inputs)
        except FeelError as error:
            raise Permanent("expression", str(error)) from error
        return filled(self._tree, {at: values[key] for key, (at, _) in self._places.items()})
