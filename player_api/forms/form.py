"""form-js schemas, parsed once into the fields that an answer may have.

Source: form-js schema, https://github.com/bpmn-io/form-js (packages/form-json-schema).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from player_api.forms.errors import FormUnsupported

_SHOWN = frozenset({"text", "html", "image", "separator", "spacer", "button"})
_FIELDS = frozenset(
    {"textfield", "textarea", "number", "checkbox", "checklist", "radio", "select", "taglist", "datetime"}
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True)
class Options:
    """Where the choices of a field come from: given in the form, or a variable that holds them."""

    given: tuple[Any, ...] | None
    variable: str | None

    def values(self, data: Mapping[str, Any]) -> list[Any]:
        """Return the values that may be chosen when the session's variables are ``data``."""
        items = self.given if self.given is not None else data.get(self.variable or "") or ()
        return [item["value"] if isinstance(item, Mapping) and "value" in item else item for item in items]


@dataclass(frozen=True)
class Field:
    """One input of a form. ``rules`` is form-js's ``validate`` object."""

    key: str
    type: str
    rules: Mapping[str, Any]
    options: Options | None
    whole: bool
    """A number without decimals."""
    read_only: bool


@dataclass(frozen=True)
class Form:
    """A form: the schema as it is handed to a player, and what the server needs of it."""

    schema: Mapping[str, Any]
    fields: tuple[Field, ...]
    variables: frozenset[str]
    """Names that texts, conditions and options of the form may refer to."""


def parse_form(schema: Mapping[str, Any]) -> Form:
    """Parse a form-js schema.

    Raises:
        FormUnsupported: a component has a type that is not supported, or lacks its key.
    """
    fields = tuple(_field(component) for component in _inputs(schema))
    return Form(schema, fields, frozenset(_words(schema)))


def _inputs(parent: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for component in parent.get("components", ()):
        kind = component.get("type")
        if kind == "group" and not component.get("path"):
            yield from _inputs(component)
        elif kind in _FIELDS:
            yield component
        elif kind not in _SHOWN:
            raise FormUnsupported(f"a component of the type {kind!r} is not supported")


def _field(component: Mapping[str, Any]) -> Field:
    key = component.get("key")
    if not isinstance(key, str) or not _WORD.fullmatch(key):
        raise FormUnsupported(
            f"a {component['type']} needs a key of Latin letters, digits and underscores, not {key!r}"
        )
    if "conditional" in component:
        raise FormUnsupported(f"the field {key!r} has a condition, which is not supported")
    rules = component.get("validate") or {}
    if computed := [name for name, rule in rules.items() if isinstance(rule, str) and rule.startswith("=")]:
        raise FormUnsupported(f"the field {key!r} computes its {computed[0]!r}, which is not supported")
    try:
        re.compile(rules.get("pattern") or "")
    except (re.error, TypeError):
        raise FormUnsupported(f"the pattern of the field {key!r} is not a regular expression") from None
    return Field(
        key=key,
        type=component["type"],
        rules=rules,
        options=_options(component),
        whole=component.get("decimalDigits") == 0,
        read_only=bool(component.get("readonly") or component.get("disabled")),
    )


def _options(component: Mapping[str, Any]) -> Options | None:
    if component["type"] not in {"radio", "select", "checklist", "taglist"}:
        return None
    if "values" in component:
        return Options(tuple(component["values"]), None)
    expression = component.get("valuesKey") or component.get("valuesExpression", "").removeprefix("=").strip()
    if not _WORD.fullmatch(expression or ""):
        raise FormUnsupported(f"the field {component.get('key')!r} has no list of choices that can be read")
    return Options(None, expression)


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        expressions = [node] if node.startswith("=") else _PLACE.findall(node)
        for expression in expressions:
            yield from _WORD.findall(expression)
    elif isinstance(node, Mapping):
        for name, value in node.items():
            if name in {"key", "valuesKey"} and isinstance(value, str):
                yield value
            yield from _words(value)
    elif isinstance(node, list):
        for item in node:
            yield from _words(item)


EMPTY = parse_form({"type": "default", "components": []})
"""The form of a user task that has none: there is only something to acknowledge."""
