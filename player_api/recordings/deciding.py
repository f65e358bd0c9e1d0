"""What a script goes by: the names that its conditions, decisions and forms read, and what is personal of its data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from functions.pins import Pin
from player_api.forms.form import Form
from player_api.releases.checks.variables import words_in
from player_api.releases.forms import read_forms
from player_api.releases.functions import pins_in
from player_api.releases.namespaces import bpmn
from player_api.releases.rules import Finding
from player_api.releases.trees import read_tree

_IN_DIAGRAMS = tuple(bpmn(name) for name in ("conditionExpression", "condition", "completionCondition"))
_IN_DECISIONS = ("{*}inputExpression", "{*}inputEntry", "{*}literalExpression")


@dataclass(frozen=True)
class ReleasedScript:
    """A release, read.

    Attributes:
        pins: of the functions that its tasks call, by process and element.
        errors: codes of errors that its border events catch, by process and event; None for all codes.
        hosts: the elements at whose border events are, by process and event.
        starts: ids of its start events.
        decided_by: the names that it reads to decide something.
        personal: the names of answers and inputs that hold personal data.
    """

    pins: Mapping[tuple[str, str], Pin]
    errors: Mapping[tuple[str, str], str | None]
    hosts: Mapping[tuple[str, str], str]
    starts: frozenset[str]
    decided_by: frozenset[str]
    personal: frozenset[str]

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> "ReleasedScript":
        """Read the closed files of a release."""
        trees = {name: read_tree(file) for name, file in files.items() if not name.endswith(".form")}
        unreadable: list[Finding] = []
        forms = [form for _, form in read_forms(files, unreadable).values()]
        pinned = pins_in(trees)
        events = {
            (process.get("id") or "", event.get("id") or ""): event
            for tree in trees.values()
            for process in tree.iter(bpmn("process"))
            for event in process.iter(bpmn("boundaryEvent"))
        }
        inputs = {one.name for pin in pinned.values() for one in pin.contract.inputs if one.pii}
        return cls(
            pinned,
            {place: _code(event) for place, event in events.items()},
            {place: event.get("attachedToRef") or "" for place, event in events.items()},
            frozenset(start.get("id") or "" for tree in trees.values() for start in tree.iter(bpmn("startEvent"))),
            frozenset(_words(trees, forms)),
            frozenset(inputs.union(*(form.personal for form in forms))),
        )


def _code(event: "etree._Element") -> str | None:
    definition = event.find(bpmn("errorEventDefinition"))
    errors = event.getroottree().getroot().iter(bpmn("error"))
    codes = {error.get("id"): error.get("errorCode") for error in errors}
    return None if definition is None else codes.get(definition.get("errorRef"))


def _words(trees: "Mapping[str, etree._Element]", forms: list[Form]) -> Iterator[str]:
    for tree in trees.values():
        for node in tree.iter(*_IN_DIAGRAMS, *_IN_DECISIONS):
            yield from words_in("".join(map(str, node.itertext())))
    for form in forms:
        for expression in (*form.scope.values.values(), *form.scope.conditions.values()):
            yield from words_in(expression)
        for field in form.fields:
            if field.options is not None:
                yield field.key.partition(".")[0]
                yield field.options.variable or ""
