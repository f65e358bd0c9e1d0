"""What came of what in one process instance: the way of its tokens, told by the engine's history and the diagram.

History names every element that was come to, not by which flow. Each one is taken to come of the latest element that
was left over a flow to it, behind a join of all that waited there together.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from engine import PassedElement
from player_api.diagrams.diagram import Diagram, Element

_BODY = "#multiInstanceBody"


@dataclass(frozen=True)
class Lineage:
    """The elements that a process instance has come to.

    Args:
        diagram: of its definition.
        passed: the elements, in their order.
        forgotten: ids of those that were gone back behind earlier, which count no more.
    """

    diagram: Diagram
    passed: Sequence[PassedElement]
    forgotten: Collection[str] = frozenset()

    @cached_property
    def alive(self) -> Mapping[str, PassedElement]:
        """The elements that count, by the engine's id."""
        return {one.id: one for one in self.passed if one.id not in self.forgotten}

    def element(self, one: PassedElement) -> Element | None:
        """What the diagram says of an element that was come to."""
        return self.diagram.elements.get(one.element.removesuffix(_BODY))

    def of_task(self, task_id: str) -> PassedElement | None:
        """The user task that a step was."""
        return next((one for one in self.alive.values() if one.task_id == task_id), None)

    def nearest(self, element: str, moment: datetime) -> PassedElement | None:
        """Of the times that an element was come to, the one that began nearest to a moment."""
        times = [one for one in self.alive.values() if one.element == element]
        return min(times, key=lambda one: abs(one.started - moment), default=None)

    def after(self, start: PassedElement) -> "After":
        """What has come of an element."""
        return _Following(self, self._ways).after(start)

    @cached_property
    def _ways(self) -> "_Ways":
        return _Ways(self)


@dataclass
class After:
    """What has come of an element of an instance.

    Attributes:
        ids: all of it, without the element itself; what is in an embedded sub-process, with it.
        restarts: the flows on which tokens stood that came from elsewhere and were joined to it.
        scope: the embedded sub-process that is still running and that it all happened in, None for the instance.
    """

    ids: set[str] = field(default_factory=set)
    restarts: list[str] = field(default_factory=list)
    scope: str | None = None


class _Ways:
    """Where each element came from."""

    def __init__(self, lineage: Lineage) -> None:
        self._lineage = lineage
        self.sources: dict[str, tuple[PassedElement, ...]] = {}
        self.arrivals: dict[str, str] = {}
        """The flow that each came by."""
        self._taken: set[tuple[str, str]] = set()
        for one in lineage.alive.values():
            self.sources[one.id] = self._of(one)

    def _of(self, one: PassedElement) -> tuple[PassedElement, ...]:
        element = self._lineage.element(one)
        if element is None:
            return ()
        if element.host is not None:
            hosts = [other for other in self._beside(one) if other.element.removesuffix(_BODY) == element.host]
            return tuple(hosts[-1:])
        best: tuple[bool, datetime, PassedElement, str] | None = None
        for flow in self._lineage.diagram.arriving.get(element.id, ()):
            for other in self._beside(one):
                if other.element.removesuffix(_BODY) != flow.source or other.cancelled:
                    continue
                if other.ended is None or other.ended > one.started:
                    continue
                is_fresh = (other.id, flow.id) not in self._taken
                if best is None or (is_fresh, other.ended) >= best[:2]:
                    best = (is_fresh, other.ended, other, flow.id)
        if best is None:
            return ()
        together = self._joined(best[2])
        self._taken |= {(other.id, best[3]) for other in together}
        self.arrivals[one.id] = best[3]
        return together

    def _beside(self, one: PassedElement) -> Iterator[PassedElement]:
        return (other for other in self._lineage.alive.values() if other.parent == one.parent and other is not one)

    def _joined(self, last: PassedElement) -> tuple[PassedElement, ...]:
        """The tokens that waited at a join until the last one came, with that one."""
        element = self._lineage.element(last)
        if element is None or not element.is_join:
            return (last,)
        waited = [
            other
            for other in self._lineage.alive.values()
            if other.element == last.element and other.parent == last.parent and not other.cancelled
        ]
        return tuple(
            other
            for other in waited
            if other.started <= last.started and other.ended is not None and other.ended >= last.started
        )


class _Following:
    def __init__(self, lineage: Lineage, ways: _Ways) -> None:
        self._lineage = lineage
        self._ways = ways

    def after(self, start: PassedElement) -> After:
        found = After()
        began, place = start.started, start
        while True:
            behind = self._behind(place, began)
            found.restarts += self._restarts(behind | {place.id}, place)
            found.ids |= behind
            parent = self._lineage.alive.get(place.parent)
            if parent is None or parent.ended is None:
                found.scope = parent.id if parent else None
                break
            place = parent
        found.ids |= self._within(found.ids)
        return found

    def _behind(self, place: PassedElement, began: datetime) -> set[str]:
        """What came of an element beside it, and what came there later from nowhere that is known."""
        beside = [one for one in self._lineage.alive.values() if one.parent == place.parent and one is not place]
        behind = {one.id for one in beside if not self._ways.sources[one.id] and self._is_late(one, began)}
        known = -1
        while len(behind) > known:
            known = len(behind)
            from_here = behind | {place.id}
            behind |= {one.id for one in beside if any(it.id in from_here for it in self._ways.sources[one.id])}
        return behind

    def _is_late(self, one: PassedElement, began: datetime) -> bool:
        starts = {start.id for starts in self._lineage.diagram.starts.values() for start in starts}
        return one.started > began and one.element not in starts

    def _restarts(self, undone: set[str], place: PassedElement) -> Iterator[str]:
        for name in undone - {place.id}:
            for source in self._ways.sources[name]:
                if source.id in undone or len(self._ways.sources[name]) < 2:
                    continue
                if flow := self._ways.arrivals.get(source.id):
                    yield flow

    def _within(self, ids: set[str]) -> set[str]:
        within: set[str] = set()
        for one in self._lineage.passed:
            if one.parent in ids or one.parent in within:
                within.add(one.id)
        return within
