"""The files of a script as things with properties, so that two states can be compared thing by thing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from lxml import etree

from functions.pins import PROPERTY, Pin
from player_api.releases.namespaces import CAMUNDA, bpmn, camunda
from player_api.releases.trees import read_tree

_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_UNSAID = {"incoming", "outgoing", "extensionElements", "documentation", "flowNodeRef"}
_OF_FLOWS = {"sourceRef", "targetRef"}


@dataclass
class Thing:
    """Something that an author sees: an element of a diagram, a field of a form, a row of a table, a function.

    Attributes:
        file: where it is.
        id: of the element, field or row.
        kind: its BPMN tag, or ``field``, ``row``, ``table``, ``function``, ``file``.
        name: what people call it.
        properties: texts by name; parts of a name are parted by dots.
        drawing: where it is drawn.
    """

    file: str
    id: str
    kind: str
    name: str
    properties: dict[str, str] = field(default_factory=dict)
    drawing: str = ""


Things = dict[tuple[str, str], Thing]
"""By file and id."""


def things_of(files: Mapping[str, bytes]) -> Things:
    """Read files; one that can't be read is one thing with its bytes."""
    found: Things = {}
    for name, content in sorted(files.items()):
        try:
            read = list(_READERS[name.rpartition(".")[2]](name, content))
        except (KeyError, ValueError, TypeError, AttributeError, RecursionError, etree.XMLSyntaxError, yaml.YAMLError):
            read = [Thing(name, "", "file", name, {"content": content.decode(errors="replace")})]
        found |= {(thing.file, thing.id): thing for thing in read}
    return found


def _bpmn(file: str, content: bytes) -> Iterator[Thing]:
    root = read_tree(content)
    drawn = _drawn(root)
    for node in root.iter():
        if not isinstance(node.tag, str) or etree.QName(node).namespace != etree.QName(bpmn("x")).namespace:
            continue
        kind, node_id = etree.QName(node).localname, node.get("id")
        if (
            node_id is None
            or kind == "definitions"
            or kind.endswith(("EventDefinition", "Expression", "Characteristics"))
        ):
            continue
        yield Thing(file, node_id, kind, node.get("name") or node_id, dict(_properties(node)), drawn.get(node_id, ""))


def _drawn(root: "etree._Element") -> dict[str, str]:
    places: dict[str, str] = {}
    for node in root.iter("{*}BPMNShape", "{*}BPMNEdge"):
        points = [*node.iterfind("{*}Bounds"), *node.iterfind("{*}waypoint")]
        places[node.get("bpmnElement") or ""] = repr([sorted(point.items()) for point in points])
    return places


def _properties(node: "etree._Element") -> Iterator[tuple[str, str]]:
    for name, value in node.items():
        if name not in {"id", "isExecutable"}:
            yield etree.QName(name).localname, str(value)
    for text in node.findall(bpmn("documentation")):
        yield "documentation", (text.text or "").strip()
    extension = node.find(bpmn("extensionElements"))
    if extension is not None:
        yield from _extension(extension)
    for child in node:
        if isinstance(child.tag, str) and _is_part(child):
            yield from _part(child)


def _is_part(node: "etree._Element") -> bool:
    kind = etree.QName(node).localname
    if kind in _UNSAID:
        return False
    return node.get("id") is None or kind.endswith(("EventDefinition", "Expression", "Characteristics"))


def _part(node: "etree._Element") -> Iterator[tuple[str, str]]:
    """A part of an element that has no life of its own: a condition, a timer, a loop."""
    kind = etree.QName(node).localname
    text = (node.text or "").strip()
    if text:
        yield kind, text
    for name, value in node.items():
        if name not in {"id", _XSI_TYPE}:
            yield f"{kind}.{etree.QName(name).localname}", str(value)
    if not text and not len(node):
        yield kind, ""
    for child in node:
        if isinstance(child.tag, str):
            yield from _part(child)


def _extension(extension: "etree._Element") -> Iterator[tuple[str, str]]:
    for node in extension.iter():
        if not isinstance(node.tag, str) or etree.QName(node).namespace != CAMUNDA:
            continue
        kind, name = etree.QName(node).localname, node.get("name") or ""
        if kind == "property" and name == PROPERTY:
            yield from _pin(node.get("value") or "")
        elif kind == "property":
            yield f"property.{name}", node.get("value") or ""
        elif kind in {"inputParameter", "outputParameter"}:
            yield f"{'input' if kind == 'inputParameter' else 'output'}.{name}", _flat(node)
        elif kind in {"in", "out"}:
            said = {key: value for key, value in node.items() if key != "target"}
            yield f"{kind}.{node.get('target') or node.get('variables') or 'businessKey'}", _joined(said)
        elif kind == "formField":
            own = {key: value for key, value in node.items() if key != "id"}
            rules = [_joined(dict(rule.attrib)) for rule in node.iter(camunda("constraint"), camunda("value"))]
            yield f"formField.{node.get('id')}", _joined(own) + "".join(f"; {rule}" for rule in rules)


def _pin(text: str) -> Iterator[tuple[str, str]]:
    try:
        pin = Pin.read(text)
    except ValueError:
        yield "pin", text
        return
    for name, value in _leaves(pin.contract.model_dump(mode="json", exclude_defaults=True)):
        yield f"function.{name}", value


def _flat(node: "etree._Element") -> str:
    return " ".join(str(part).strip() for part in node.itertext() if str(part).strip())


def _joined(attributes: Mapping[Any, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(attributes.items()))


def _form(file: str, content: bytes) -> Iterator[Thing]:
    schema = json.loads(content)
    yield Thing(file, str(schema["id"]), "form", str(schema["id"]))
    yield from _components(file, str(schema["id"]), schema["components"], "")


def _components(file: str, form: str, components: list[dict[str, Any]], place: str) -> Iterator[Thing]:
    for number, component in enumerate(components, 1):
        own_id = str(component.get("key") or component.get("id") or number)
        at = f"{place}{component.get('path') or ''}"
        said = {key: value for key, value in component.items() if key not in {"id", "components", "layout"}}
        name = str(component.get("label") or component.get("text") or component.get("dateLabel") or own_id)
        thing = Thing(file, f"{form}.{at}{own_id}", "field", name, dict(_leaves(said)))
        thing.properties["order"] = str(number)
        yield thing
        yield from _components(file, form, component.get("components", []), f"{at}{own_id}." if at else "")


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            key = inner.get("value") or inner.get("name") or number if isinstance(inner, Mapping) else number
            yield from _leaves(inner, f"{name}.{key}")
    else:
        yield name, "" if value is None else str(value) if isinstance(value, str) else json.dumps(value)


def _dmn(file: str, content: bytes) -> Iterator[Thing]:
    root = read_tree(content)
    for table in root.iter("{*}decision"):
        columns = [*table.iter("{*}input"), *table.iter("{*}output")]
        properties = {f"column.{node.get('id')}": _column(node) for node in columns}
        for node in table.iter("{*}decisionTable"):
            properties["hitPolicy"] = node.get("hitPolicy") or "UNIQUE"
        yield Thing(file, table.get("id") or "", "table", table.get("name") or "", properties)
        names = [node.get("label") or node.get("name") or node.get("id") or "" for node in columns]
        for number, row in enumerate(table.iter("{*}rule"), 1):
            cells = [*row.iterfind("{*}inputEntry"), *row.iterfind("{*}outputEntry")]
            said = {f"cell.{name}": _flat(cell) for name, cell in zip(names, cells, strict=False)}
            described = row.findtext("{*}description") or ""
            thing = Thing(file, row.get("id") or str(number), "row", described or str(number), said)
            thing.properties |= {"order": str(number), "description": described}
            yield thing


def _column(node: "etree._Element") -> str:
    shown = [node.get("label") or "", node.get("name") or "", node.get("typeRef") or "", _flat(node)]
    return " · ".join(part for part in shown if part)


def _function(file: str, content: bytes) -> Iterator[Thing]:
    if not file.partition("functions/")[1]:
        raise ValueError(file)
    declared = yaml.safe_load(content)
    yield Thing(file, str(declared["name"]), "function", str(declared["name"]), dict(_leaves(declared)))


_READERS = {"bpmn": _bpmn, "form": _form, "dmn": _dmn, "yaml": _function}
