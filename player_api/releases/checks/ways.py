"""Whether ways through a script come to each of its elements, and to an end."""

from collections.abc import Iterator

from lxml import etree

from player_api.releases.checks.graph import SCOPES, Scope, scopes
from player_api.releases.namespaces import bpmn, camunda
from player_api.releases.rules import Finding, Rule

_WAITING = frozenset(
    bpmn(name)
    for name in (
        [
            "userTask",
            "receiveTask",
            "callActivity",
            "subProcess",
            "transaction",
            "intermediateCatchEvent",
            "eventBasedGateway",
        ]
    )
)


def way_findings(file: str, root: "etree._Element") -> Iterator[Finding]:
    """Say what no way comes to, and what no way leads out of.

    Args:
        file: name of the diagram's file.
        root: of the diagram.
    """
    for scope in scopes(root):
        reached = scope.ways_from(scope.beginnings)
        yield from _unreachable(file, scope, reached)
        if not _can_be_left(scope):
            yield from _endless(file, scope, reached)


def _unreachable(file: str, scope: Scope, reached: set[str]) -> Iterator[Finding]:
    lost = [name for name in scope.nodes if name not in reached]
    told: set[str] = set()
    # Of a part that nothing leads to only where it begins is named; a circle begins at its first element.
    heads = [name for name in lost if not scope.previous[name]]
    for name in [*heads, *lost]:
        if name not in told:
            told |= scope.ways_from([name])
            yield Rule.UNREACHABLE.at(
                file,
                name,
                "сюда не ведёт ни один путь от начала",
                "no way from a start leads here",
            )


def _endless(file: str, scope: Scope, reached: set[str]) -> Iterator[Finding]:
    ending = scope.ways_to(scope.ends)
    stuck = [name for name in scope.nodes if name in reached and name not in ending]
    told: set[str] = set()
    for name in stuck:
        circle = set() if name in told else scope.ways_from(scope.next[name])
        if name not in circle:
            continue
        told |= circle
        if any(_waits(scope.nodes[other]) for other in circle):
            yield Rule.NO_END.at(
                file,
                name,
                "отсюда ни один путь не ведёт к концу: разговор закончится, только если его отменить",
                "no way leads to an end from here: a conversation is over only when it is cancelled",
            )
        else:
            yield Rule.ENDLESS.at(
                file,
                name,
                "отсюда путь идёт по кругу и нигде не ждёт: движок не остановится",
                "the way goes round in a circle from here and never waits: the engine would not stop",
            )


def _waits(node: "etree._Element") -> bool:
    return node.tag in _WAITING or any(part.get(camunda("type")) == "external" for part in node.iter())


def _can_be_left(scope: Scope) -> bool:
    """Whether an event ends all that goes on in a scope, whatever way it is on."""
    for node in scope.nodes.values():
        if node.get("triggeredByEvent") == "true":
            starts = node.findall(bpmn("startEvent"))
            if any(start.get("isInterrupting") != "false" for start in starts):
                return True
    host = scope.element.getparent()
    if scope.element.tag == bpmn("process") or host is None or host.tag not in SCOPES:
        return False
    return any(
        event.get("attachedToRef") == scope.element.get("id") and event.get("cancelActivity") != "false"
        for event in host.iterchildren(bpmn("boundaryEvent"))
    )
