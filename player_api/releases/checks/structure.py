"""Whether a diagram hangs together: what names another element names one that is there.

The engine refuses most of this too, in words about classes and lines of XML.
"""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from player_api.releases.namespaces import BPMN, bpmn
from player_api.releases.rules import Finding, Rule

_SCOPES = frozenset(bpmn(name) for name in ("process", "subProcess", "transaction"))
_ENDS = (("sourceRef", "выходит из", "comes from"), ("targetRef", "ведёт в", "leads to"))


def structure_findings(file: str, root: "etree._Element") -> Iterator[Finding]:
    """Say which elements name others that are not there, and which ids are there twice.

    Args:
        file: name of the diagram's file.
        root: of the diagram.
    """
    for process in root.iter(bpmn("process")):
        times = Counter(node.get("id") for node in process.iter(f"{{{BPMN}}}*") if node.get("id"))
        for twice in (node_id for node_id, number in times.items() if number > 1):
            number = times[twice]
            yield Rule.DUPLICATE_ID.at(
                file, twice, f"элементов с id {twice!r}: {number}", f"{number} elements have the id {twice!r}"
            )
    for scope in root.iter(*_SCOPES):
        yield from _scope_findings(file, scope)


def _scope_findings(file: str, scope: "etree._Element") -> Iterator[Finding]:
    nodes = {node.get("id") for node in scope if isinstance(node.tag, str)}
    for flow in scope.iterchildren(bpmn("sequenceFlow")):
        for attribute, ru, en in _ENDS:
            missing = flow.get(attribute)
            if missing not in nodes:
                yield _missing(
                    file,
                    flow,
                    f"переход {ru} {_named_ru(missing)}",
                    f"the flow {en} {missing!r}, which is not there" if missing else f"the flow {en} nothing",
                )
    for event in scope.iterchildren(bpmn("boundaryEvent")):
        if event.get("attachedToRef") not in nodes:
            missing = event.get("attachedToRef")
            yield _missing(
                file,
                event,
                f"событие прикреплено к {_named_ru(missing)}",
                f"the event is attached to {missing!r}, which is not there" if missing else "it is attached to nothing",
            )
    for node in scope:
        if isinstance(node.tag, str) and node.get("default") is not None and node.get("default") not in nodes:
            missing = node.get("default")
            yield _missing(
                file,
                node,
                f"его переход по умолчанию {missing!r} не существует",
                f"its default flow {missing!r} is not there",
            )


def _missing(file: str, node: "etree._Element", ru: str, en: str) -> Finding:
    return Rule.MISSING_REFERENCE.at(file, node.get("id"), ru, en)


def _named_ru(missing: str | None) -> str:
    return f"{missing!r}, а такого элемента нет" if missing else "ничего"
