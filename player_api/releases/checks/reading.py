"""Variables that are read before any way through a script has set them: a flow of data along the ways.

What may be set before an element is the union over all ways to it, so a finding is about what is unset on every way.
What goes on at the same time counts as set before. Source: A. Aho et al., "Compilers", 9.2 (reaching definitions).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from functions.catalogue import Catalogue
from functions.declaration import Function
from player_api.forms.form import Form
from player_api.releases.calls import Trees
from player_api.releases.checks.allowed.check import OF_THE_ENGINE
from player_api.releases.checks.allowed.expressions import NotAllowed, is_literal, names_in
from player_api.releases.checks.decisions import inputs_of
from player_api.releases.checks.form_texts import shown_variables, texts_of
from player_api.releases.checks.graph import SCOPES, Scope
from player_api.releases.checks.variables import named_variables, words_in
from player_api.releases.forms import form_of_task
from player_api.releases.functions import topics_in, variables_made
from player_api.releases.namespaces import bpmn, camunda
from player_api.releases.rules import Finding, Rule

_FORKS = frozenset(bpmn(name) for name in ("parallelGateway", "inclusiveGateway"))
_ONE_WAY = frozenset(bpmn(name) for name in ("exclusiveGateway", "eventBasedGateway"))
_LATE = frozenset({camunda("outputParameter"), camunda("out")})
"""Evaluated when an element is done, so what it sets itself is there."""
Names = frozenset[str]
Forms = Mapping[str, tuple[str, Form]]


@dataclass(frozen=True)
class _Read:
    """Something that reads a variable."""

    rule: Rule
    element: str | None
    name: str


def reading_findings(trees: Trees, forms: Forms, catalogue: Catalogue) -> Iterator[Finding]:
    """Say where variables are read that only later elements set.

    Args:
        trees: roots of diagrams and decisions by file.
        forms: with their files, by form id.
        catalogue: the integration functions that are declared.
    """
    script = _Script(trees, forms, catalogue)
    for file, tree in trees.items():
        for process in tree.iter(bpmn("process")):
            given = script.given(process)
            if given is None:
                continue
            for read in _early(Scope.of(process), given, script):
                yield read.rule.at(
                    file,
                    read.element,
                    f"здесь читается {read.name!r}, но значение появляется только позже",
                    f"{read.name!r} is read here, but only later elements set it",
                )


class _Script:
    """What elements set and read, which depends on all files of a script."""

    def __init__(self, trees: Trees, forms: Forms, catalogue: Catalogue) -> None:
        self._trees = trees
        self._forms = forms
        self._catalogue = catalogue
        self._decisions = {
            node.get("id"): inputs_of(node) for tree in trees.values() for node in tree.iter("{*}decision")
        }
        self.made: Names = frozenset()
        self.made = self.made.union(*map(self.makes, trees.values()))

    def makes(self, node: "etree._Element") -> Names:
        """What an element sets, with everything in it."""
        if any(out.get("variables") == "all" for out in node.iter(camunda("out"))):
            return self.made
        functions = self._functions(node)
        tasks = node.iter(bpmn("userTask"), bpmn("startEvent"))
        forms = (form for task in tasks if (form := form_of_task(task, self._forms)) is not None)
        return variables_made([node], forms, functions)

    def given(self, process: "etree._Element") -> Names | None:
        """What is set when a process starts; None where that can be anything."""
        names = {*OF_THE_ENGINE, *(named_variables(process, "variables") or ())}
        for tree in self._trees.values():
            for call in tree.iter(bpmn("callActivity")):
                if call.get("calledElement") != process.get("id"):
                    continue
                for node in call.iter(camunda("in")):
                    if node.get("variables") == "all":
                        return None
                    names.add(node.get("target") or "")
        return frozenset(names)

    def reads(self, node: "etree._Element") -> Iterator[_Read]:
        """What an element reads before it is done, but for what its own mappings give it."""
        local = {str(part.get("name")) for part in node.iter(camunda("inputParameter"))}
        local |= {str(part.get(camunda("elementVariable"))) for part in node if isinstance(part.tag, str)}
        names = set(self._expressions(node)) | set(self._inputs(node))
        if node.get(camunda("decisionRef")) is not None:
            names |= set(self._decisions.get(node.get(camunda("decisionRef")), ()))
        yield from (_Read(Rule.READ_TOO_EARLY, node.get("id"), name) for name in names - local)
        if (form := form_of_task(node, self._forms)) is not None:
            shown = {name for text in texts_of(form) for name in shown_variables(text)}
            yield from (_Read(Rule.FORM_TEXT, node.get("id"), name) for name in shown - form.outputs - local)

    def conditions(self, flow: "etree._Element") -> Iterator[_Read]:
        """What the condition of a flow reads."""
        names = set(self._expressions(flow))
        for condition in flow.findall(bpmn("conditionExpression")):
            if condition.get("language") == "feel":
                names |= {word for word in words_in(condition.text or "") if word in self.made}
        yield from (_Read(Rule.READ_TOO_EARLY, flow.get("id"), name) for name in names)

    def _expressions(self, node: "etree._Element") -> Iterator[str]:
        for part in _own(node):
            for text in (*map(str, part.values()), part.text or ""):
                if not is_literal(text):
                    try:
                        yield from names_in(text)
                    except NotAllowed:
                        continue

    def _inputs(self, node: "etree._Element") -> Iterator[str]:
        for function in self._functions(node) if node.tag not in SCOPES else ():
            yield from (declared.name for declared in function.inputs if declared.required)

    def _functions(self, node: "etree._Element") -> list[Function]:
        functions = self._catalogue.functions
        return [functions[topic] for topic in topics_in(node) if topic in functions]


def _own(node: "etree._Element") -> Iterator["etree._Element"]:
    """The parts of an element that are evaluated before it is done; not those of elements in it."""
    yield node
    for part in node:
        if isinstance(part.tag, str) and part.tag not in _LATE and (node.tag not in SCOPES or _is_setting(part)):
            yield from _own(part)


def _is_setting(part: "etree._Element") -> bool:
    return part.tag in {bpmn("extensionElements"), bpmn("multiInstanceLoopCharacteristics")}


def _early(scope: Scope, given: Names, script: _Script) -> Iterator[_Read]:
    makes = {name: script.makes(node) for name, node in scope.nodes.items()}
    before = _before(scope, given, makes)
    for name, node in scope.nodes.items():
        if name not in before:
            continue  # nothing leads there, which is said where ways are looked at
        yield from (read for read in script.reads(node) if read.name in script.made - before[name])
        if node.tag in SCOPES:
            yield from _early(Scope.of(node), before[name] | _local(node), script)
    for flow in scope.flows:
        source = flow.get("sourceRef") or ""
        if source in before:
            known = before[source] | makes[source]
            yield from (read for read in script.conditions(flow) if read.name in script.made - known)


def _local(node: "etree._Element") -> Names:
    inputs = f"{bpmn('extensionElements')}/{camunda('inputOutput')}/{camunda('inputParameter')}"
    names = [part.get("name") or "" for part in node.iterfind(inputs)]
    several = node.find(bpmn("multiInstanceLoopCharacteristics"))
    return frozenset([*names, *([] if several is None else [several.get(camunda("elementVariable")) or ""])])


def _before(scope: Scope, given: Names, makes: Mapping[str, Names]) -> dict[str, Names]:
    """What may be set before each element that a way comes to."""
    everything = given.union(*makes.values())
    before: dict[str, Names] = {}
    for name in scope.beginnings:
        # Event sub-processes and what makes up for something begin whenever it may be.
        before[name] = given if scope.nodes[name].tag == bpmn("startEvent") else everything
    left = list(before)
    while left:
        name = left.pop()
        after = before[name] | makes[name] | _beside(scope, name, makes)
        for other in scope.next[name]:
            known = before.get(other)
            if known is None or not after <= known:
                before[other] = after | (known or frozenset())
                left.append(other)
    return before


def _beside(scope: Scope, name: str, makes: Mapping[str, Names]) -> Names:
    """What is set at the same time, after a fork: its ways go on beside each other."""
    node, after = scope.nodes[name], scope.next[name]
    flows = [other for other in after if scope.nodes[other].tag != bpmn("boundaryEvent")]
    beside = len(after) > len(flows) and any(
        scope.nodes[other].get("cancelActivity") == "false" for other in after if other not in flows
    )
    forks = len(flows) > 1 and (node.tag in _FORKS or node.tag not in _ONE_WAY)
    if not (forks or beside):
        return frozenset()
    return _union(makes[other] for other in scope.ways_from(after))


def _union(names: Iterable[Names]) -> Names:
    return frozenset().union(*names)
