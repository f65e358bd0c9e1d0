"""Integration functions in a release: where they are called, whether that fits, and what is pinned of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from functions.catalogue import Catalogue
from functions.declaration import Function
from functions.pins import PROPERTY, Pin
from player_api.forms.form import Form
from player_api.releases.namespaces import bpmn, camunda
from player_api.releases.rules import Finding, Rule

_MAKE_VARIABLES = frozenset(
    camunda(name)
    for name in ("resultVariable", "elementVariable", "errorCodeVariable", "errorMessageVariable", "initiator")
)


@dataclass(frozen=True)
class FunctionCall:
    """A task or event that is executed as an external task.

    Attributes:
        file: where it is.
        process: id of its process.
        owner: the task or event.
        topic: the function's name, or whatever the author has written there.
    """

    file: str
    process: str
    owner: "etree._Element"
    topic: str

    @property
    def element(self) -> str:
        """Id of the task or event."""
        return self.owner.get("id") or ""


def function_calls(diagrams: Mapping[str, "etree._Element"]) -> list[FunctionCall]:
    """Find all calls in the files of a release.

    Args:
        diagrams: roots of BPMN files by name.
    """
    return [
        FunctionCall(name, process.get("id") or "", _owner(node), node.get(camunda("topic")) or "")
        for name, root in diagrams.items()
        for process in root.iter(bpmn("process"))
        for node in process.iter()
        if node.get(camunda("type")) == "external"
    ]


def topics_in(node: "etree._Element") -> list[str]:
    """The names of the functions that an element calls, with everything in it."""
    return [part.get(camunda("topic")) or "" for part in node.iter() if part.get(camunda("type")) == "external"]


def _owner(node: "etree._Element") -> "etree._Element":
    # A message event is implemented by its definition, and read with the event's own extension properties.
    event = node.getparent()
    return event if node.tag == bpmn("messageEventDefinition") and event is not None else node


def variables_made(
    diagrams: Iterable["etree._Element"], forms: Iterable[Form], functions: Iterable[Function]
) -> frozenset[str]:
    """Names of the variables of which the files of a release show where they come from."""
    made = {name for form in forms for name in form.outputs}
    for function in functions:
        made |= {*function.outputs, *(name for rule in function.errors for name in rule.outputs)}
    for root in diagrams:
        made |= {str(value) for node in root.iter() for name, value in node.items() if name in _MAKE_VARIABLES}
        made |= {node.get("name", "") for node in root.iter(camunda("outputParameter"))}
        made |= {node.get("id", "") for node in root.iter(camunda("formField"))}
        made |= {node.get("target", "") for node in root.iter(camunda("in"), camunda("out"))}
    return frozenset(made)


def call_findings(call: FunctionCall, catalogue: Catalogue, made: frozenset[str]) -> Iterator[Finding]:
    """Say what keeps a call from working.

    Args:
        call: the call.
        catalogue: what is declared.
        made: variables that a function may find without being given them.
    """
    function = catalogue.functions.get(call.topic)
    if function is None:
        yield unknown_function(call.file, call.element, call.topic)
        return
    given = {node.get("name"): _has_value(node) for node in _extension(call, "inputOutput", "inputParameter")}
    for declared in function.inputs:
        if declared.required and declared.name in given and not given[declared.name]:
            yield Rule.FUNCTION_INPUT.at(
                call.file,
                call.element,
                f"вход {declared.name!r} функции {function.name} пуст",
                f"the input {declared.name!r} of the function {function.name} is empty",
            )
        elif declared.required and declared.name not in made and declared.name not in given:
            yield Rule.FUNCTION_INPUT.at(
                call.file,
                call.element,
                f"функции {function.name} нужен вход {declared.name!r}, а она его не получает",
                f"the function {function.name} needs the input {declared.name!r}, which it is not given",
            )
    yield from _error_findings(call, function, catalogue)


def unknown_function(file: str, element: str, name: str) -> Finding:
    """Say that an element names a function that is not declared."""
    return Rule.UNKNOWN_FUNCTION.at(
        file, element, f"интеграционной функции {name!r} нет", f"there is no integration function {name!r}"
    )


def _extension(call: FunctionCall, group: str, item: str) -> list["etree._Element"]:
    return call.owner.findall(f"{bpmn('extensionElements')}/{camunda(group)}/{camunda(item)}")


def _has_value(parameter: "etree._Element") -> bool:
    return len(parameter) > 0 or bool((parameter.text or "").strip())


def _error_findings(call: FunctionCall, function: Function, catalogue: Catalogue) -> Iterator[Finding]:
    declared = catalogue.error_codes(function)
    if declared is None:
        return
    root = call.owner.getroottree().getroot()
    codes = {error.get("id"): error.get("errorCode") for error in root.iter(bpmn("error"))}
    thrown = call.owner.iterfind(f"{bpmn('extensionElements')}/{camunda('errorEventDefinition')}")
    known = {*declared, *(codes.get(definition.get("errorRef")) for definition in thrown), None}
    for event in root.iter(bpmn("boundaryEvent")):
        if event.get("attachedToRef") != call.element:
            continue
        for definition in event.iter(bpmn("errorEventDefinition")):
            code = codes.get(definition.get("errorRef"))
            if code not in known:
                yield Rule.UNKNOWN_ERROR.at(
                    call.file,
                    event.get("id"),
                    f"у функции {function.name} нет ошибки {code!r}, поэтому сюда никто не попадёт",
                    f"the function {function.name} has no error {code!r}, so nothing ever comes here",
                )


def pins_in(trees: Mapping[str, "etree._Element"]) -> dict[tuple[str, str], Pin]:
    """Return what the diagrams of a release have pinned, by process and element.

    Args:
        trees: roots of closed files by name.
    """
    path = f"{bpmn('extensionElements')}/{camunda('properties')}/{camunda('property')}[@name='{PROPERTY}']"
    found = {(call.process, call.element): call.owner.find(path) for call in function_calls(trees)}
    return {place: Pin.read(node.get("value") or "") for place, node in found.items() if node is not None}


def pin(call: FunctionCall, catalogue: Catalogue) -> None:
    """Write into a call what its author relies on, in place of what an earlier release has written there."""
    pinned = Pin.of(catalogue.functions[call.topic], catalogue.functions)
    extension = call.owner.find(bpmn("extensionElements"))
    if extension is None:
        extension = etree.Element(bpmn("extensionElements"))
        call.owner.insert(len(call.owner.findall(bpmn("documentation"))), extension)
    properties = extension.find(camunda("properties"))
    if properties is None:
        properties = etree.SubElement(extension, camunda("properties"))
    for earlier in properties.findall(f"{camunda('property')}[@name='{PROPERTY}']"):
        properties.remove(earlier)
    etree.SubElement(properties, camunda("property"), name=PROPERTY, value=pinned.text())
