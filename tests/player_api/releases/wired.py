"""Diagrams of tests in which it is not the flows that matter."""

from lxml import etree

from player_api.releases.checks.graph import Scope, scopes
from player_api.releases.namespaces import bpmn


def wired(diagram: bytes) -> bytes:
    """Return a diagram in which ways lead from the start events to everything that nothing leads to."""
    try:
        root = etree.fromstring(diagram, etree.XMLParser(resolve_entities=False, load_dtd=False))
    except etree.XMLSyntaxError:
        return diagram
    if root.getroottree().docinfo.internalDTD is not None:
        return diagram
    for scope in list(scopes(root)):
        _wire(scope)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _wire(scope: Scope) -> None:
    starts = [name for name, node in scope.nodes.items() if node.tag == bpmn("startEvent")]
    reached = scope.ways_from(scope.beginnings)
    for number, name in enumerate(name for name in scope.nodes if name not in reached and not scope.previous[name]):
        flow = {"id": f"wired{number}_{name}", "sourceRef": starts[0], "targetRef": name}
        etree.SubElement(scope.element, bpmn("sequenceFlow"), flow)
