"""Expressions and texts of forms that can't be read, and texts that show what nothing sets."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from feel import Evaluator, FeelError
from feel.templates import Template
from player_api.forms.form import Form, Group, Rows, Scope
from player_api.releases.checks.allowed.check import OF_THE_ENGINE
from player_api.releases.rules import Finding, Rule

_SHOWN = re.compile(r"\{\{\s*([A-Za-z_]\w*)(?:\.\w+)*\s*\}\}", re.ASCII)
_LOOP = re.compile(r"\{\{\s*#loop\b")
_WHOLE = ("text", "content")
"""Texts that may be one expression, which then begins with =."""


def form_text_findings(forms: Mapping[str, tuple[str, Form]], variables: Collection[str]) -> Iterator[Finding]:
    """Say which expressions of forms can't be read (form-js would take them for null), and which texts stay empty.

    Args:
        forms: with their files, by form id.
        variables: names that something in the script sets.

    Raises:
        BundleError: the interpreter is needed and has not been built.
    """
    with Evaluator() as evaluator:
        for file, form in forms.values():
            names = _names(form.schema)
            for number, expression in _expressions(form.scope):
                try:
                    evaluator.check(expression)
                except FeelError as error:
                    yield _unreadable(file, names.get(number), error)
            known = {*variables, *OF_THE_ENGINE, *form.outputs}
            for component, text in _texts(form.schema):
                try:
                    Template(text, evaluator)
                except FeelError as error:
                    yield _unreadable(file, component, error)
                for name in shown_variables(text):
                    if name not in known:
                        yield Rule.FORM_TEXT.at(
                            file,
                            component,
                            f"текст показывает {name!r}, а в скрипте никто не даёт ему значения",
                            f"the text shows {name!r}, which nothing in the script sets",
                        )


def shown_variables(text: str) -> set[str]:
    """The variables that a text shows as they are; of a text with loops none, whose items have names of their own."""
    return set() if _LOOP.search(text) else set(_SHOWN.findall(text))


def texts_of(form: Form) -> Iterator[str]:
    """All texts of a form that show something, in every language."""
    return (text for _, text in _texts(form.schema))


def _unreadable(file: str, component: str | None, error: FeelError) -> Finding:
    return Rule.FORM_EXPRESSION.at(
        file, component, f"выражение {error.expression!r} не читается: {error.reason}", str(error)
    )


def _expressions(scope: Scope) -> Iterator[tuple[str, str]]:
    """The expressions of a scope with the ids of their components."""
    for expressions in (scope.values, scope.conditions):
        yield from ((use.partition(".")[0], text) for use, text in expressions.items())
    left = list(scope.components)
    for component in left:
        if isinstance(component, Group):
            left.extend(component.components)
        elif isinstance(component, Rows):
            yield from _expressions(component.scope)


def _names(schema: Mapping[str, Any]) -> dict[str, str | None]:
    """What an author calls the components of a form, by the ids that reading it has given them, in their order."""
    return {f"c{at}": _name(component) for at, component in enumerate(_components(schema), 1)}


def _components(parent: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for component in parent.get("components", ()):
        yield component
        if component.get("type") in {"group", "dynamiclist"}:
            yield from _components(component)


def _name(component: Mapping[str, Any]) -> str | None:
    return component.get("key") or component.get("path") or component.get("id")


def _texts(schema: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    for component in _components(schema):
        own = [(name, value) for name, value in component.items() if isinstance(value, str)]
        properties = component.get("properties")
        also = list(properties.items()) if isinstance(properties, Mapping) else []
        for name, value in [*own, *also]:
            if not isinstance(value, str):
                continue
            is_whole = value.startswith("=") and name.removesuffix("_en") in _WHOLE
            if "{{" in value or is_whole:
                yield _name(component), value
