"""A form-js schema becomes a form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from feel.evaluator import MAX_EXPRESSION
from player_api.forms.errors import FormUnsupported
from player_api.forms.form import Component, Field, Form, Group, Rows, Scope
from player_api.forms.options import SEARCHED_BY, Options
from player_api.forms.patterns import Pattern, PatternInvalid

_SHOWN = frozenset({"text", "html", "image", "separator", "spacer", "button", "table", "iframe"})
_CHOICES = frozenset({"radio", "select", "checklist", "taglist"})
_FIELDS = _CHOICES | {"textfield", "textarea", "number", "checkbox", "datetime", "expression"}
_COMPUTED_RULES = ("min", "max", "minLength", "maxLength")
_KEY = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_WORD = re.compile(r"[A-Za-z_]\w*")
_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_DEEPEST = 20
"""Groups within groups."""
_MOST = 500
"""Components."""
MOST_ROWS = 100
"""Of one list."""


def parse_form(schema: Mapping[str, Any]) -> Form:
    """Parse a form-js schema.

    Raises:
        FormUnsupported: a component has a type that is not supported, lacks its key, or clashes with another.
    """
    if not isinstance(schema, Mapping):
        raise FormUnsupported("форма — это объект с components", "a form is an object with components")
    return Form(schema, _Parser().scope(schema, (), _DEEPEST), frozenset(_words(schema)))


@dataclass(frozen=True)
class _At:
    """Where a component is read.

    Attributes:
        place: in the form's data; ``[]`` stands for a row.
        path: within its scope.
        depth: how many levels of groups may follow.
        values: takes the scope's expressions.
        conditions: takes the scope's conditions.
    """

    place: tuple[str, ...]
    path: tuple[str, ...]
    depth: int
    values: dict[str, str]
    conditions: dict[str, str]

    def within(self, path: tuple[str, ...]) -> "_At":
        return replace(self, place=self.place + path, path=self.path + path, depth=self.depth - 1)


class _Parser:
    """Reads one schema; what must be unique in it is remembered."""

    def __init__(self) -> None:
        self._ids: set[object] = set()
        self._claimed: set[tuple[str, ...]] = set()
        self._count = 0

    def scope(self, parent: Mapping[str, Any], place: tuple[str, ...], depth: int) -> Scope:
        at = _At(place, (), depth, {}, {})
        return Scope(tuple(self._components(parent, at)), at.values, at.conditions)

    def _components(self, parent: Mapping[str, Any], at: _At) -> Iterator[Component]:
        components = parent.get("components", ())
        if not isinstance(components, list | tuple) or not all(isinstance(item, Mapping) for item in components):
            raise FormUnsupported("components — это список объектов", "components are a list of objects")
        if at.depth == 0:
            raise FormUnsupported(
                f"группы вложены глубже {_DEEPEST} уровней", f"groups are nested deeper than {_DEEPEST} levels"
            )
        for component in components:
            kind, name = component.get("type"), self._name(component)
            if kind in _FIELDS:
                yield self._field(component, name, at)
            elif kind == "dynamiclist" and component.get("isRepeating"):
                yield self._rows(component, name, at)
            elif kind in {"group", "dynamiclist"}:
                own = _path(component, "path") if component.get("path") else ()
                conditional = _condition(component, name, at)
                yield Group(name, at.path + own, conditional, tuple(self._components(component, at.within(own))))
            elif kind not in _SHOWN:
                raise FormUnsupported(
                    f"компонент типа {kind!r} не поддерживается", f"a component of the type {kind!r} is not supported"
                )
            else:
                _condition(component, name, at)

    def _name(self, component: Mapping[str, Any]) -> str:
        given = component.get("id")
        if given is not None and not isinstance(given, str):
            raise FormUnsupported(f"id {given!r} — не текст", f"the id {given!r} is no text")
        if given is not None and given in self._ids:
            raise FormUnsupported(f"id {given!r} у двух компонентов", f"two components have the id {given!r}")
        self._ids.add(given)
        self._count += 1
        if self._count > _MOST:
            raise FormUnsupported(f"в форме не больше {_MOST} компонентов", f"a form has at most {_MOST} components")
        return f"c{self._count}"

    def _rows(self, component: Mapping[str, Any], name: str, at: _At) -> Rows:
        own = _path(component, "path")
        self._claim(at.place + own, component)
        count = component.get("defaultRepetitions", 1)
        return Rows(
            id=name,
            path=at.path + own,
            conditional=_condition(component, name, at),
            scope=self.scope(component, (*at.place, *own, "[]"), at.depth - 1),
            may_change=bool(component.get("allowAddRemove")),
            default_rows=count if isinstance(count, int) and 0 <= count <= MOST_ROWS else 1,
        )

    def _field(self, component: Mapping[str, Any], name: str, at: _At) -> Field:
        own = _path(component, "key")
        self._claim(at.place + own, component)
        options = _options(component)
        if options is not None and options.function is not None and "[]" in at.place:
            raise _unsupported(
                component,
                "ищет варианты внутри строк списка, а это не поддерживается",
                "{} searches for choices in rows, which is not supported",
            )
        rules = component.get("validate") or {}
        if not isinstance(rules, Mapping):
            raise _unsupported(component, "должно иметь правила в виде объекта", "the rules of {} are no object")
        read_only = component.get("readonly")
        locked = str(read_only).startswith("=")
        at.values.update({f"{name}.{use}": text for use, text in _expressions(component, rules)})
        if locked:
            at.conditions[f"{name}.readonly"] = _expression(str(read_only), component)
        return Field(
            id=name,
            path=at.path + own,
            conditional=_condition(component, name, at),
            key=component["key"],
            type=component["type"],
            rules=rules,
            options=options,
            pattern=_pattern(rules.get("pattern"), component),
            whole=component.get("decimalDigits") == 0,
            read_only=bool(component.get("disabled") or (read_only and not locked)),
            disabled=bool(component.get("disabled")),
            locked_by_condition=locked,
            default=component.get("defaultValue"),
            component=component,
        )

    def _claim(self, place: tuple[str, ...], component: Mapping[str, Any]) -> None:
        for other in self._claimed:
            shorter, longer = sorted((place, other), key=len)
            # Of a path that is the beginning of another only the list of rows that the other is in is none too many.
            if longer[: len(shorter)] == shorter and longer[len(shorter) : len(shorter) + 1] != ("[]",):
                raise _unsupported(
                    component,
                    "делит свои данные с другим компонентом",
                    "two components are bound to the data of {}",
                )
        self._claimed.add(place)


def _condition(component: Mapping[str, Any], name: str, at: _At) -> bool:
    given = component.get("conditional") or {}
    hide = given.get("hide") if isinstance(given, Mapping) else given
    if not hide:
        return False
    if not isinstance(hide, str) or not hide.startswith("="):
        raise _unsupported(
            component, "имеет условие, которое не начинается с =", "the condition of {} does not begin with ="
        )
    at.conditions[f"{name}.hide"] = _expression(hide, component)
    return True


def _expressions(component: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The expressions of a field by what they are for."""
    for rule in _COMPUTED_RULES:
        given = rules.get(rule)
        if isinstance(given, str) and given.startswith("="):
            yield rule, _expression(given, component)
    if component["type"] in _CHOICES and isinstance(choices := component.get("valuesExpression"), str):
        yield "options", _expression(choices, component)
    if component["type"] == "expression":
        given = component.get("expression")
        if not isinstance(given, str) or not given.startswith("="):
            raise _unsupported(component, "не имеет выражения", "{} has no expression")
        yield "value", _expression(given, component)


def _path(component: Mapping[str, Any], name: str) -> tuple[str, ...]:
    path = component.get(name)
    if not isinstance(path, str) or not _KEY.fullmatch(path):
        raise FormUnsupported(
            f"компоненту {component['type']} нужен {name} из латинских букв, цифр и подчёркиваний, а не {path!r}",
            f"a {component['type']} needs a {name} of Latin letters, digits and underscores, not {path!r}",
        )
    return tuple(path.split("."))


def _options(component: Mapping[str, Any]) -> Options | None:
    if component["type"] not in _CHOICES:
        return None
    properties = component.get("properties")
    if isinstance(properties, Mapping) and (function := properties.get(SEARCHED_BY)):
        if component["type"] not in {"select", "taglist"} or not isinstance(function, str):
            raise _unsupported(
                component,
                "не может искать варианты: это могут только select и taglist",
                "only a select or a taglist can search for choices, not {}",
            )
        return Options(function=function)
    if (variable := component.get("valuesKey")) is not None:
        if not isinstance(variable, str) or not _WORD.fullmatch(variable):
            raise _unsupported(
                component,
                "не называет переменную со своим списком вариантов",
                "{} names no variable that holds its list of choices",
            )
        return Options(variable=variable)
    if isinstance(given := component.get("values"), list):
        return Options(given=tuple(given))
    if isinstance(expression := component.get("valuesExpression"), str) and expression.startswith("="):
        return Options(computed=True)
    raise _unsupported(
        component, "не имеет списка вариантов, который можно прочесть", "{} has no list of choices that can be read"
    )


def _pattern(given: Any, component: Mapping[str, Any]) -> Pattern | None:
    if not given:
        return None
    try:
        return Pattern(given)
    except (PatternInvalid, TypeError):
        raise _unsupported(
            component,
            "имеет шаблон, который не является регулярным выражением",
            "the pattern of {} is not a regular expression",
        ) from None


def _expression(given: str, component: Mapping[str, Any]) -> str:
    if len(given) > MAX_EXPRESSION:
        raise _unsupported(
            component,
            f"имеет выражение длиннее {MAX_EXPRESSION} знаков",
            f"an expression of {{}} is longer than {MAX_EXPRESSION} characters",
        )
    return given[1:]


def _unsupported(component: Mapping[str, Any], ru: str, en: str) -> FormUnsupported:
    """Say what a component does, in Russian after its name and in English around it."""
    key, kind = component.get("key"), component.get("type")
    return FormUnsupported(
        f"поле {key!r} {ru}" if key else f"компонент {kind} {ru}",
        en.format(f"the field {key!r}" if key else f"a {kind}"),
    )


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        expressions = [node] if node.startswith("=") else _PLACE.findall(node)
        for expression in expressions:
            yield from _WORD.findall(expression)
    elif isinstance(node, Mapping):
        for name, value in node.items():
            if name in {"key", "path", "valuesKey"} and isinstance(value, str) and value:
                yield value.split(".")[0]
            yield from _words(value)
    elif isinstance(node, list):
        for item in node:
            yield from _words(item)
