"""Element templates of integration functions, for Camunda Modeler and the studio.

Format: Camunda 7 element templates (docs.camunda.io, "Defining templates in Camunda 7"; JSON Schema in the npm package
``@camunda/element-templates-json-schema``). A methodologist picks a function by its title, its inputs are fields.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Literal
from urllib.parse import quote

from pydantic import JsonValue

from functions.catalogue import Catalogue
from functions.declaration import Effect, Function, Input, ValueType
from functions.fields import title_in

Language = Literal["ru", "en"]
_EXPRESSION = r"^\$\{[^}]+\}$"
_DATE = r"^\d{4}-\d{2}-\d{2}"
_NOT_JAVASCRIPT = re.compile(r"\(\?[^:]|\\[AzpPxuU]|\[\[|&&|--|~~")
"""What a pattern may hold that JavaScript reads differently or not at all."""


@dataclass(frozen=True, slots=True)
class _Words:
    inputs: str
    outputs: str
    errors: str
    effects: Mapping[Effect, str]
    types: Mapping[ValueType, str]
    expression: str
    text: str


_WORDS: Mapping[Language, _Words] = {
    "ru": _Words(
        inputs="Входные данные",
        outputs="Возвращает",
        errors="Ошибки",
        effects={
            Effect.READ: "только читает",
            Effect.COMPENSABLE: "можно отменить",
            Effect.IRREVERSIBLE: "нельзя отменить",
        },
        types={
            "string": "текст",
            "integer": "целое число",
            "number": "число",
            "boolean": "да или нет",
            "date": "дата",
            "json": "список или объект",
        },
        expression="Выражение, например ${%s}",
        text="Выражение, например ${%s}, или значение вида %s",
    ),
    "en": _Words(
        inputs="Inputs",
        outputs="Gives",
        errors="Errors",
        effects={
            Effect.READ: "only reads",
            Effect.COMPENSABLE: "can be undone",
            Effect.IRREVERSIBLE: "can't be undone",
        },
        types={
            "string": "text",
            "integer": "whole number",
            "number": "number",
            "boolean": "yes or no",
            "date": "date",
            "json": "list or object",
        },
        expression="An expression such as ${%s}",
        text="An expression such as ${%s}, or a value like %s",
    ),
}


def element_templates(catalogue: Catalogue, language: Language) -> list[dict[str, Any]]:
    """One template a function as JSON, by name; its id is the same in every language."""
    return [
        _template(function, catalogue, language)
        for _, function in sorted(catalogue.functions.items())
        if function.name not in _asked_by_others(catalogue)
    ]


def _asked_by_others(catalogue: Catalogue) -> set[str | None]:
    """Functions that no script calls: they say whether another one has happened."""
    return {function.confirm for function in catalogue.functions.values()}


def _template(function: Function, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    system = function.system or function.name.partition(".")[0]
    declared = catalogue.systems.get(system)
    called = declared.title_in(language) if declared is not None else system
    return {
        "name": function.title_in(language),
        "id": f"script-manager.{function.name}",
        "description": _description(function, catalogue, _WORDS[language]),
        "keywords": [function.name, *function.title.values()],
        "category": {"id": f"script-manager.{system}", "name": called},
        "icon": {"contents": _icon(system, called)},
        "appliesTo": ["bpmn:Task", "bpmn:ServiceTask"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "groups": [{"id": "inputs", "label": _WORDS[language].inputs}],
        "properties": [
            _hidden("camunda:type", "external"),
            _hidden("camunda:topic", function.name),
            *(_field(declared, language) for declared in function.inputs),
        ],
    }


def _description(function: Function, catalogue: Catalogue, words: _Words) -> str:
    parts = [f"{function.name}, {words.effects[function.effect]}."]
    if function.outputs:
        parts.append(f"{words.outputs}: {', '.join(function.outputs)}.")
    if codes := catalogue.error_codes(function):
        parts.append(f"{words.errors}: {', '.join(sorted(codes))}.")
    return " ".join(parts)


def _hidden(name: str, value: str) -> JsonValue:
    return {"type": "Hidden", "value": value, "binding": {"type": "property", "name": name}}


def _field(declared: Input, language: Language) -> JsonValue:
    """A field of an input. What is required is filled in with the variable of the same name, the usual case."""
    words = _WORDS[language]
    wanted = dict(_constraints(declared, words))
    return {
        "label": title_in(declared.title or {}, language, declared.name),
        "description": f"{declared.name}: {words.types[declared.type]}",
        "type": "String",
        **({"value": f"${{{declared.name}}}"} if declared.required else {}),
        "group": "inputs",
        "binding": {"type": "camunda:inputParameter", "name": declared.name},
        **({"constraints": wanted} if wanted else {}),
    }


def _constraints(declared: Input, words: _Words) -> Iterator[tuple[str, JsonValue]]:
    if declared.required:
        yield "notEmpty", True
    allowed = _allowed(declared)
    if allowed is None:
        return
    if not declared.required:
        allowed = f"^$|{allowed}"
    shown = {"string": declared.pattern, "date": "2026-12-31"}.get(declared.type)
    message = words.text % (declared.name, shown) if shown else words.expression % declared.name
    yield "pattern", {"value": allowed, "message": message}


def _allowed(declared: Input) -> str | None:
    """What a field may hold, as JavaScript reads it; None for anything.

    Text in an input parameter stays text, so a value of another type comes from an expression.
    """
    match declared.type:
        case "string" if declared.pattern is None or _NOT_JAVASCRIPT.search(declared.pattern):
            return None
        case "string":
            return f"{_EXPRESSION}|{declared.pattern}"
        case "date":
            return f"{_EXPRESSION}|{_DATE}"
        case _:
            return _EXPRESSION


def _icon(system: str, title: str) -> str:
    """A square with the system's first letter, in a colour of its own, as a data URI."""
    hue = int.from_bytes(hashlib.sha256(system.encode()).digest()[:2]) % 360
    style = "font:600 12px sans-serif;text-anchor:middle"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 18 18">'
        f'<rect width="18" height="18" rx="4" fill="hsl({hue},55%,40%)"/>'
        f'<text x="9" y="13.5" fill="#fff" style="{style}">{escape(title[:1].upper())}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"
