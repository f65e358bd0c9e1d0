"""Declarations out of YAML: every mistake with its file, its line and a sentence."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import yaml
from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from functions.errors import Mistake
from functions.fields import Declared, Location

MAX_CHARACTERS = 200_000
_DEPTH = 40
_Model = TypeVar("_Model", bound=Declared)


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one declaration.

    Attributes:
        file: what mistakes are reported under.
    """

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text that is YAML.

    Attributes:
        lines: the line of every place, counted from 1.
    """

    file: str
    data: JsonValue
    lines: Mapping[Location, int]

    def mistake(self, at: Location, sentence: str) -> Mistake:
        """A mistake at a place, or at the nearest one around it that is in the file."""
        while at and at not in self.lines:
            at = at[:-1]
        return Mistake(self.file, self.lines.get(at, 1), sentence)


class _Loader(yaml.SafeLoader):
    """YAML's core schema (YAML 1.2, chapter 10.3): ``on`` and ``no`` are words, times and dates are text."""


_CORE_SCHEMA = (
    ("null", r"~|null|", [*"~n", ""]),
    ("bool", r"true|false", [*"tf"]),
    ("int", r"-?\d+", [*"-0123456789"]),
    ("float", r"-?\d+\.\d+(?:[eE][-+]?\d+)?", [*"-0123456789"]),
)
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _CORE_SCHEMA:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def read_document(source: Source) -> Document | Mistake:
    """Read YAML into plain values with the line of each."""
    if len(source.text) > MAX_CHARACTERS:
        return Mistake(source.file, 1, f"longer than {MAX_CHARACTERS} characters")
    try:
        loader = _Loader(source.text)
        node = loader.get_single_node()
        if node is None:
            return Mistake(source.file, 1, "the file is empty")
        tree = _Tree(loader)
        return Document(source.file, tree.value(node, ()), tree.lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Mistake(source.file, mark.line + 1 if mark else 1, f"not YAML: {error.problem}")
    except (yaml.YAMLError, ValueError):
        return Mistake(source.file, 1, "not YAML: it holds characters or values that YAML doesn't allow")
    except RecursionError:
        return Mistake(source.file, 1, "nested too deeply")


class _Tree:
    """Walks YAML's nodes once, noting the line of each."""

    def __init__(self, loader: yaml.SafeLoader) -> None:
        self.lines: dict[Location, int] = {}
        self._loader = loader
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, at: Location) -> JsonValue:
        if id(node) in self._seen:
            raise _trouble("aliases (*name) are not used in declarations", node)
        if at in self.lines:
            raise _trouble(f"{at[-1]} is given twice", node)
        if len(at) > _DEPTH:
            raise RecursionError
        self._seen.add(id(node))
        self.lines[at] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return {_key(key): self.value(value, (*at, _key(key))) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*at, index)) for index, item in enumerate(node.value)]
        scalar: JsonValue = self._loader.construct_object(node)
        return scalar


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _trouble("a key is a word", node)
    return str(node.value)


def _trouble(sentence: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=sentence, problem_mark=node.start_mark)


def parse(model: type[_Model], document: Document) -> _Model | list[Mistake]:
    """Turn a document into a declaration, or say everything that is wrong with it."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        return list(_mistakes(document, error.errors(include_url=False, include_input=False)))


def _mistakes(document: Document, errors: list[ErrorDetails]) -> Iterator[Mistake]:
    for error in errors:
        place = ".".join(map(str, error["loc"]))
        yield document.mistake(error["loc"], f"{place}: {_sentence(error)}" if place else _sentence(error))


def _sentence(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "there is no such field"
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return error["msg"][0].lower() + error["msg"][1:]
