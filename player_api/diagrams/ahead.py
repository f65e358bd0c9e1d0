"""How many steps are ahead: user tasks on the shortest way to an end."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field

from cachetools import LRUCache

from engine import EngineRejected
from player_api.diagrams.diagram import Diagram
from player_api.diagrams.diagrams import Diagrams

Lengths = Mapping[str, int]
"""User tasks, by element id or definition id."""


def ahead_within(diagram: Diagram, called: Lengths) -> tuple[Lengths, int]:
    """Count the user tasks on the shortest way from behind each element to the end of its process.

    Ways over events at the border of an activity are left out: they are for what goes wrong.

    Args:
        diagram: the process.
        called: user tasks in what each call activity calls.

    Returns:
        The counts by element, of those from which an end can be reached, and the count from the start.
    """
    return _Ways(diagram, called).measured()


class _Ways:
    def __init__(self, diagram: Diagram, called: Lengths) -> None:
        self._diagram = diagram
        self._within = dict(called)
        """User tasks within each activity that has some."""
        self._found: dict[str, int] = {}

    def measured(self) -> tuple[Lengths, int]:
        whole = self._scope(self._diagram.key)
        ways = {element: [element, *(scope.id for scope in self._diagram.scopes(element))] for element in self._found}
        reach = {element: way for element, way in ways.items() if all(place in self._found for place in way)}
        return {element: sum(self._found[place] for place in way) for element, way in reach.items()}, whole

    def _scope(self, scope: str) -> int:
        """Measure what is drawn directly in a scope; return how many user tasks it takes to go through it."""
        inner = [element for element in self._diagram.elements.values() if element.scope == scope]
        for element in inner:
            if element.kind == "userTask":
                self._within[element.id] = 1
            elif element.id in self._diagram.starts:
                self._within[element.id] = self._scope(element.id)
        for _ in inner:
            if not sum(self._shorten(element.id) for element in inner):
                break
        starts = self._diagram.starts.get(scope, ())
        return min((self._through(start.id) for start in starts if start.id in self._found), default=0)

    def _through(self, element: str) -> int:
        return self._within.get(element, 0) + self._found[element]

    def _shorten(self, element: str) -> bool:
        targets = [flow.target for flow in self._diagram.leaving.get(element, ())]
        ways = [self._through(target) for target in targets if target in self._found] if targets else [0]
        if not ways or self._found.get(element, min(ways) + 1) <= min(ways):
            return False
        self._found[element] = min(ways)
        return True


@dataclass
class _Book:
    """What was measured in a script and all that it calls, by definition id."""

    within: dict[str, Lengths] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)
    calls: dict[str, dict[str, str]] = field(default_factory=dict)


class StepsAhead:
    """Counts the steps ahead; measures a script once."""

    def __init__(self, diagrams: Diagrams, *, remembered: int = 500) -> None:
        self._diagrams = diagrams
        self._known: MutableMapping[str, Mapping[str, Lengths]] = LRUCache(remembered)

    async def count(self, root: str, definition: str, element: str) -> int | None:
        """Return how many user tasks are on the shortest way from behind an element to the end of the script.

        Args:
            root: id of the script's definition.
            definition: id of the definition that the element is in, the same or one that it calls.
            element: id of the element.

        Returns:
            The count; None where no end can be reached, or the engine doesn't know the definition.

        Raises:
            EngineError: any but EngineRejected.
        """
        known = self._known.get(root)
        if known is None:
            try:
                known = self._known[root] = await self._measure(root)
            except EngineRejected:
                return None
        return known.get(definition, {}).get(element)

    async def _measure(self, root: str) -> Mapping[str, Lengths]:
        book = _Book()
        await self._read(root, book, ())
        behind, left = {root: 0}, [root]
        while left:
            caller = left.pop()
            for element, called in book.calls[caller].items():
                after = book.within[caller].get(element)
                if after is not None and behind[caller] + after < behind.get(called, behind[caller] + after + 1):
                    behind[called] = behind[caller] + after
                    left.append(called)
        return {
            definition: {element: length + behind[definition] for element, length in within.items()}
            for definition, within in book.within.items()
            if definition in behind
        }

    async def _read(self, definition: str, book: _Book, callers: tuple[str, ...]) -> None:
        diagram = await self._diagrams.of(definition)
        calls: dict[str, str] = {}
        for element in diagram.elements.values():
            called = await self._diagrams.called(definition, element.called) if element.called else None
            if called is None or called in (*callers, definition):
                continue
            if called not in book.whole:
                await self._read(called, book, (*callers, definition))
            calls[element.id] = called
        within, whole = ahead_within(diagram, {element: book.whole[called] for element, called in calls.items()})
        book.within[definition], book.whole[definition], book.calls[definition] = within, whole, calls
