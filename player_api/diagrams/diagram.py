"""A BPMN process as far as it is asked about while a script is walked, parsed once a definition."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from functions.pins import PROPERTY, Pin
from functions.staleness import variable_of
from player_api.forms.generated import GeneratedField, fields_of
from player_api.releases.namespaces import bpmn, camunda
from player_api.releases.trees import read_tree

_EXTENSION = bpmn("extensionElements")
_EXPRESSION = re.compile(r"[$#]\{")
_JOINING = frozenset({"parallelGateway", "inclusiveGateway"})


@dataclass(frozen=True)
class Element:
    """A task, event, gateway or embedded sub-process.

    Attributes:
        kind: its BPMN tag, such as ``userTask``.
        scope: id of the embedded sub-process or process that it is drawn in.
        host: of a boundary event the activity that it is attached to.
        is_repeated: it is carried out for several items (multi-instance).
        is_triggered: of an event sub-process.
        topic: of an external task.
        called: of a call activity the key of the process that it calls.
        inputs: names of its input parameters.
        outputs: names of its output parameters.
        made: names of the variables that it gives to what comes after it, answers to its form left out.
        makes_anything: it may make variables that nothing in the drawing names.
    """

    id: str
    kind: str
    name: str | None
    scope: str
    host: str | None
    is_repeated: bool
    is_triggered: bool
    topic: str | None
    called: str | None
    inputs: frozenset[str]
    outputs: frozenset[str]
    made: frozenset[str]
    makes_anything: bool

    @property
    def is_join(self) -> bool:
        """Whether tokens may wait here for others."""
        return self.kind in _JOINING


@dataclass(frozen=True)
class StartForm:
    """The form with which a process begins.

    Attributes:
        element: id of the start event.
        name: of it.
        hint: its documentation.
        fields: of a generated form; none of a Camunda Form.
    """

    element: str
    name: str | None
    hint: str | None
    fields: tuple[GeneratedField, ...]


@dataclass(frozen=True)
class English:
    """What an element is called in English, and what its hint is; None where its author has written none."""

    name: str | None = None
    hint: str | None = None


@dataclass(frozen=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str


@dataclass(frozen=True)
class Diagram:
    """One process.

    Attributes:
        key: the process's id.
        elements: by id.
        flows: all of them, those of embedded sub-processes included.
        generated: the fields of generated forms, by the id of the user task or start event.
        start_form: with which it begins, None where it begins with none.
        english: the English texts of those elements that have some, by id.
    """

    key: str
    elements: Mapping[str, Element]
    flows: tuple[Flow, ...]
    generated: Mapping[str, tuple[GeneratedField, ...]] = field(default_factory=dict)
    start_form: StartForm | None = None
    english: Mapping[str, English] = field(default_factory=dict)

    @cached_property
    def arriving(self) -> Mapping[str, tuple[Flow, ...]]:
        """The flows into each element that has some."""
        return _grouped(self.flows, "target")

    @cached_property
    def leaving(self) -> Mapping[str, tuple[Flow, ...]]:
        """The flows out of each element that has some."""
        return _grouped(self.flows, "source")

    @cached_property
    def starts(self) -> Mapping[str, tuple[Element, ...]]:
        """Where each process or embedded sub-process begins."""
        found: dict[str, tuple[Element, ...]] = {}
        for element in self.elements.values():
            comes_from_elsewhere = element.host or element.is_triggered or element.kind == "intermediateCatchEvent"
            if element.id not in self.arriving and not comes_from_elsewhere:
                found[element.scope] = (*found.get(element.scope, ()), element)
        return found

    def scopes(self, element: str) -> Iterator[Element]:
        """The embedded sub-processes that an element is in, the innermost first."""
        scope = self.elements[element].scope
        while scope in self.elements:
            yield self.elements[scope]
            scope = self.elements[scope].scope

    def is_repeated(self, element: str) -> bool:
        """Whether an element, or an embedded sub-process that it is in, is carried out for several items."""
        return element in self.elements and any(
            found.is_repeated for found in (self.elements[element], *self.scopes(element))
        )


def parse_diagram(xml: bytes, key: str) -> Diagram:
    """Parse the process ``key`` of a BPMN file.

    Raises:
        KeyError: there is no such process.
        lxml.etree.XMLSyntaxError: this is no XML.
    """
    root = read_tree(xml)
    process = next((process for process in root.iter(bpmn("process")) if process.get("id") == key), None)
    if process is None:
        raise KeyError(key)
    nodes = [node for node in process.iter(bpmn("*")) if _is_element(node)]
    flows = process.iter(bpmn("sequenceFlow"))
    return Diagram(
        key,
        {element.id: element for element in map(_element, nodes)},
        tuple(Flow(flow.get("id") or "", flow.get("sourceRef") or "", flow.get("targetRef") or "") for flow in flows),
        {node.get("id") or "": fields for node in nodes if (fields := fields_of(node))},
        next((form for event in process.findall(bpmn("startEvent")) if (form := _start_form(event))), None),
        {node.get("id") or "": texts for node in nodes if (texts := english_of(node)) != English()},
    )


_KINDS = ("Task", "Event", "Gateway", "Activity", "task", "subProcess", "transaction")


def _is_element(node: "etree._Element") -> bool:
    return bool(node.get("id")) and etree.QName(node).localname.endswith(_KINDS)


def _element(node: "etree._Element") -> Element:
    loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
    parent = node.getparent()
    inputs = _parameters(node, "inputParameter")
    outputs = _parameters(node, "outputParameter")
    called_out = node.findall(f"{_EXTENSION}/{camunda('out')}")
    return Element(
        id=node.get("id") or "",
        kind=etree.QName(node).localname,
        name=node.get("name"),
        scope=(parent.get("id") if parent is not None else None) or "",
        host=node.get("attachedToRef"),
        is_repeated=loop is not None,
        is_triggered=node.get("triggeredByEvent") == "true",
        topic=_topic(node),
        called=node.get("calledElement"),
        inputs=inputs,
        outputs=outputs,
        made=outputs | _made(node) | {out.get("target") or "" for out in called_out if out.get("target")},
        makes_anything=any(out.get("variables") == "all" for out in called_out),
    )


def _start_form(event: "etree._Element") -> StartForm | None:
    fields = fields_of(event)
    is_plain = all(not etree.QName(child).localname.endswith("EventDefinition") for child in event.iterchildren("*"))
    if not is_plain or (not fields and event.get(camunda("formRef")) is None and event.get(camunda("formKey")) is None):
        return None
    return StartForm(event.get("id") or "", event.get("name"), event.findtext(bpmn("documentation")), fields)


def english_of(node: "etree._Element") -> English:
    """Read the extension properties ``name_en`` and ``hint_en`` of an element or a process.

    The engine evaluates no properties: a text with an expression in it is none.
    """
    path = f"{_EXTENSION}/{camunda('properties')}/{camunda('property')}"
    given = {found.get("name"): (found.get("value") or "").strip() for found in node.iterfind(path)}
    name, hint = (given.get(name) or None for name in ("name_en", "hint_en"))
    return English(*(None if text is None or _EXPRESSION.search(text) else text for text in (name, hint)))


def _topic(node: "etree._Element") -> str | None:
    own = node if node.get(camunda("type")) == "external" else node.find(bpmn("messageEventDefinition"))
    return own.get(camunda("topic")) if own is not None and own.get(camunda("type")) == "external" else None


def _parameters(node: "etree._Element", kind: str) -> frozenset[str]:
    found = node.iterfind(f"{_EXTENSION}/{camunda('inputOutput')}/{camunda(kind)}")
    return frozenset(parameter.get("name") or "" for parameter in found)


def _made(node: "etree._Element") -> frozenset[str]:
    names = {node.get(camunda("resultVariable")) or ""}
    if topic := _topic(node):
        names.add(variable_of(topic))
    for definition in node.findall(bpmn("errorEventDefinition")):
        names |= {definition.get(camunda(f"error{kind}Variable")) or "" for kind in ("Code", "Message")}
    pin = node.find(f"{_EXTENSION}/{camunda('properties')}/{camunda('property')}[@name='{PROPERTY}']")
    if pin is not None:
        contract = Pin.read(pin.get("value") or "").contract
        names |= {*contract.outputs, *(name for rule in contract.errors for name in rule.outputs)}
    return frozenset(names - {""})


def _grouped(flows: tuple[Flow, ...], end: str) -> Mapping[str, tuple[Flow, ...]]:
    found: dict[str, tuple[Flow, ...]] = {}
    for flow in flows:
        name = getattr(flow, end)
        found[name] = (*found.get(name, ()), flow)
    return found
