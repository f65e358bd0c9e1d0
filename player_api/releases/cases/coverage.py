"""What a script's cases have reached, told by the engine's history."""

from collections.abc import Iterable, Iterator, Sequence

from engine.history import PassedElement
from player_api.diagrams.diagram import Diagram
from player_api.releases.cases.report import Coverage, Covered

_ALL_AT_ONCE = frozenset({"parallelGateway", "inclusiveGateway"})


def coverage(diagram: Diagram, walks: Iterable[Sequence[PassedElement]]) -> Coverage:
    """Compare a diagram with what instances of it have passed.

    The engine's history has no sequence flows: the branch that was taken out of an element is the one whose end comes
    next in the history. Two branches from one element to the same other one can't be told apart and count together.

    Args:
        diagram: of the script.
        walks: by instance, what it has passed, in order.
    """
    elements: set[str] = set()
    branches: set[str] = set()
    for passed in walks:
        elements |= {one.element for one in passed}
        branches |= set(_taken(diagram, passed))
    deciding = [flow.id for flows in diagram.leaving.values() if len(flows) > 1 for flow in flows]
    return Coverage(elements=Covered.of(diagram.elements, elements), branches=Covered.of(deciding, branches))


def _taken(diagram: Diagram, passed: Sequence[PassedElement]) -> Iterator[str]:
    for place, one in enumerate(passed):
        flows = diagram.leaving.get(one.element, ())
        if len(flows) < 2:
            continue
        later = [after.element for after in passed[place + 1 :] if one.ended is None or after.started >= one.ended]
        reached = [element for element in later if element in {flow.target for flow in flows}]
        kind = diagram.elements[one.element].kind if one.element in diagram.elements else ""
        targets = set(reached) if kind in _ALL_AT_ONCE else set(reached[:1])
        yield from (flow.id for flow in flows if flow.target in targets)
