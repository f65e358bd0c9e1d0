"""Whether a diagram hangs together: what names another element names one that is there.

The engine refuses most of this too, in words about classes and lines of XML.
"""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from player_api.releases.errors import Finding
from player_api.releases.namespaces import BPMN, bpmn

_SCOPES = frozenset(bpmn(name) for name in ("process", "subProcess", "transaction"))
_ENDS = (("sourceRef", "comes from"), ("targetRef", "leads to"))


def structure_findings(file: str, root: "etree._Element") -> Iterator[Finding]:
    """Say which elements name others that are not there, and which ids are there twice.

    Args:
        file: name of the diagram's file.
        root: of the diagram.
    """
    for process in root.iter(bpmn("process")):
        times = Counter(node.get("id") for node in process.iter(f"{{{BPMN}}}*") if node.get("id"))
        for twice in (node_id for node_id, number in times.items() if number > 1):
            yield Finding(file, twice, f"{times[twice]} elements have the id {twice!r}")
    for scope in root.iter(*_SCOPES):
        yield from _scope_findings(file, scope)


def _scope_findings(file: str, scope: "etree._Element") -> Iterator[Finding]:
    nodes = {node.get("id") for node in scope if isinstance(node.tag, str)}
    for flow in scope.iterchildren(bpmn("sequenceFlow")):
        for attribute, verb in _ENDS:
            if flow.get(attribute) not in nodes:
                yield Finding(file, flow.get("id"), f"the flow {verb} {flow.get(attribute)!r}, which is not there")
    for event in scope.iterchildren(bpmn("boundaryEvent")):
        if event.get("attachedToRef") not in nodes:
            sentence = f"the event is attached to {event.get('attachedToRef')!r}, which is not there"
            yield Finding(file, event.get("id"), sentence)
    for node in scope:
        if isinstance(node.tag, str) and node.get("default") is not None and node.get("default") not in nodes:
            yield Finding(file, node.get("id"), f"its default flow {node.get('default')!r} is not there")
