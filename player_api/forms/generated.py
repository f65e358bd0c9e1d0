"""Generated forms (``camunda:formData``) become form-js schemas, and their answers what the engine wants.

Source: Camunda 7.24 user guide, "Generated Task Forms"; reference, "Form Fields" and "Validation Constraints".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from player_api.forms.errors import FormUnsupported
from player_api.forms.form import Form
from player_api.forms.parsing import parse_form
from player_api.releases.namespaces import bpmn, camunda

_TYPES = {"string": "textfield", "long": "number", "boolean": "checkbox", "date": "datetime", "enum": "select"}
_BOUNDS = {"min": "min", "max": "max", "minlength": "minLength", "maxlength": "maxLength"}
_VARIABLE = re.compile(r"[$#]\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


@dataclass(frozen=True)
class GeneratedField:
    """A ``camunda:formField`` as it stands in the BPMN.

    Attributes:
        id: the variable.
        constraints: their configuration by name.
        options: of an enumeration, labels by id.
    """

    id: str
    type: str
    label: str | None
    default: str | None
    constraints: Mapping[str, str | None]
    options: Mapping[str, str]


def fields_of(element: "etree._Element") -> tuple[GeneratedField, ...]:
    """Return the fields of a user task's or a start event's generated form; none where it has none."""
    path = f"{bpmn('extensionElements')}/{camunda('formData')}/{camunda('formField')}"
    return tuple(_read(field) for field in element.iterfind(path))


def form_of(fields: tuple[GeneratedField, ...]) -> Form:
    """Make a form of generated fields.

    Raises:
        FormUnsupported: a field has a type, a constraint, a label or a default that can't be shown.
    """
    known = map(_known, fields)
    components = [{"type": _TYPES[field.type], "key": field.id, **dict(_properties(field))} for field in known]
    return parse_form({"type": "default", "components": components})


def for_the_engine(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers to a generated form as the engine takes them when it is submitted: days as ``dd/MM/yyyy``."""
    return {name: _day(value) if name in form.days else value for name, value in answers.items()}


def _day(value: Any) -> Any:
    return date.fromisoformat(value).strftime("%d/%m/%Y") if isinstance(value, str) else value


def _read(field: "etree._Element") -> GeneratedField:
    constraints = field.iterfind(f"{camunda('validation')}/{camunda('constraint')}")
    values = field.findall(camunda("value"))
    return GeneratedField(
        id=field.get("id") or "",
        type=field.get("type") or "string",
        label=field.get("label"),
        default=field.get("defaultValue"),
        constraints={constraint.get("name") or "": constraint.get("config") for constraint in constraints},
        options={value.get("id") or "": value.get("name") or value.get("id") or "" for value in values},
    )


def _known(field: GeneratedField) -> GeneratedField:
    if field.type not in _TYPES:
        raise FormUnsupported(
            f"у поля {field.id!r} тип {field.type!r}, который не поддерживается",
            f"the field {field.id!r} has the type {field.type!r}, which is not supported",
        )
    if unknown := field.constraints.keys() - {*_BOUNDS, "required", "readonly"}:
        raise FormUnsupported(
            f"у поля {field.id!r} ограничение {min(unknown)!r}, которое не поддерживается",
            f"the field {field.id!r} has the constraint {min(unknown)!r}, which is not supported",
        )
    return field


def _properties(field: GeneratedField) -> Iterator[tuple[str, Any]]:
    if field.label:
        yield ("dateLabel" if field.type == "date" else "label"), _label(field)
    if field.type == "long":
        yield "decimalDigits", 0
    if field.type == "date":
        yield "subtype", "date"
    if field.type == "enum":
        yield "values", [{"label": label, "value": value} for value, label in field.options.items()]
    if "readonly" in field.constraints:
        yield "readonly", True
    if field.default:
        yield "defaultValue", _default(field, field.default)
    rules: dict[str, Any] = {"required": True} if "required" in field.constraints else {}
    for name, rule in _BOUNDS.items():
        if name in field.constraints:
            rules[rule] = _bound(field, name)
    if rules:
        yield "validate", rules


def _label(field: GeneratedField) -> str:
    label = _VARIABLE.sub(r"{{\1}}", field.label or "")
    if "${" in label or "#{" in label:
        raise FormUnsupported(
            f"название поля {field.id!r} что-то вычисляет, а это не поддерживается",
            f"the label of the field {field.id!r} computes something, which is not supported",
        )
    return label


def _bound(field: GeneratedField, name: str) -> int:
    try:
        return int(field.constraints[name] or "")
    except ValueError:
        raise FormUnsupported(
            f"ограничению {name!r} поля {field.id!r} нужно целое число",
            f"the constraint {name!r} of the field {field.id!r} needs a whole number",
        ) from None


def _default(field: GeneratedField, text: str) -> Any:
    if "${" in text or "#{" in text:
        raise FormUnsupported(
            f"значение поля {field.id!r} по умолчанию что-то вычисляет, а это не поддерживается",
            f"the default of the field {field.id!r} computes something, which is not supported",
        )
    try:
        match field.type:
            case "long":
                return int(text)
            case "boolean":
                return text == "true"
            case "date":
                found = _DATE.fullmatch(text)
                day, month, year = map(int, found.groups() if found else ())
                return date(year, month, day).isoformat()
            case _:
                return text
    except ValueError:
        raise FormUnsupported(
            f"значение поля {field.id!r} по умолчанию не подходит к типу {field.type}",
            f"the default of the field {field.id!r} is no {field.type}",
        ) from None
