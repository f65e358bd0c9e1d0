"""A process or sub-process as a graph: what leads where in it.

Source: BPMN 2.0, chapter 13, "BPMN Execution Semantics".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from player_api.releases.namespaces import BPMN, bpmn

MOST_ELEMENTS = 5_000
"""Of a diagram, flows included."""
SCOPES = frozenset(bpmn(name) for name in ("process", "subProcess", "transaction"))
_NODES = SCOPES - {bpmn("process")} | {
    bpmn(name)
    for name in [
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "userTask",
        "serviceTask",
        "sendTask",
        "businessRuleTask",
        "receiveTask",
        "manualTask",
        "task",
        "callActivity",
        "scriptTask",
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
        "complexGateway",
        "adHocSubProcess",
    ]
}
_LINK = bpmn("linkEventDefinition")
Edges = Mapping[str, list[str]]


def count_elements(root: "etree._Element") -> int:
    """How many nodes and flows a diagram has."""
    return sum(1 for node in root.iter(f"{{{BPMN}}}*") if node.tag in _NODES or node.tag == bpmn("sequenceFlow"))


@dataclass(frozen=True, eq=False)
class Scope:
    """What is directly in a process or sub-process.

    Attributes:
        element: the process or sub-process.
        nodes: its events, activities and gateways by id, in the file's order.
        flows: its sequence flows.
    """

    element: "etree._Element"
    nodes: "Mapping[str, etree._Element]"
    flows: "list[etree._Element]"

    @classmethod
    def of(cls, element: "etree._Element") -> "Scope":
        """Read one."""
        nodes = {node.get("id") or "": node for node in element if node.tag in _NODES}
        return cls(element, nodes, element.findall(bpmn("sequenceFlow")))

    @cached_property
    def next(self) -> Edges:
        """Where a way may go on from each node: along flows, links, and the events at an activity's border."""
        found: dict[str, list[str]] = {name: [] for name in self.nodes}
        for flow in self.flows:
            source, target = flow.get("sourceRef"), flow.get("targetRef")
            if source in found and target in found:
                found[source].append(target)
        caught = {_link(node): name for name, node in self.nodes.items() if node.tag == bpmn("intermediateCatchEvent")}
        for name, node in self.nodes.items():
            if node.tag == bpmn("boundaryEvent") and (host := node.get("attachedToRef")) in found:
                found[host].append(name)
            if node.tag == bpmn("intermediateThrowEvent") and (link := _link(node)) and link in caught:
                found[name].append(caught[link])
        return found

    @cached_property
    def previous(self) -> Edges:
        """From where a way may come to each node."""
        found: dict[str, list[str]] = {name: [] for name in self.nodes}
        for name, after in self.next.items():
            for other in after:
                found[other].append(name)
        return found

    @property
    def beginnings(self) -> Iterator[str]:
        """Where a way begins: start events, event sub-processes, and what makes up for something."""
        for name, node in self.nodes.items():
            handler = node.get("isForCompensation") == "true" or node.get("triggeredByEvent") == "true"
            if handler or node.tag == bpmn("startEvent"):
                yield name

    @property
    def ends(self) -> Iterator[str]:
        """Where a way ends."""
        for name in self.nodes:
            if not any(self.nodes[after].tag != bpmn("boundaryEvent") for after in self.next[name]):
                yield name

    def ways_from(self, names: Iterable[str]) -> set[str]:
        """The nodes that ways from these come to, with these."""
        return _reached(names, self.next.__getitem__)

    def ways_to(self, names: Iterable[str]) -> set[str]:
        """The nodes from which ways come to these, with these."""
        return _reached(names, self.previous.__getitem__)


def scopes(root: "etree._Element") -> Iterator[Scope]:
    """All processes and sub-processes of a diagram."""
    return map(Scope.of, root.iter(*SCOPES))


def _reached(names: Iterable[str], onward: Callable[[str], Iterable[str]]) -> set[str]:
    reached = set(names)
    left = list(reached)
    while left:
        more = set(onward(left.pop())) - reached
        reached |= more
        left.extend(more)
    return reached


def _link(node: "etree._Element") -> str | None:
    definition = node.find(_LINK)
    return None if definition is None else definition.get("name") or ""
