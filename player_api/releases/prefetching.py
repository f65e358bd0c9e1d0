"""Functions of a release that may be asked before a task wants them: those that a step's answers lead to at once."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from functions.catalogue import Catalogue
from functions.declaration import Function
from functions.pins import Pin
from player_api.releases.namespaces import bpmn, camunda
from store.releases import Prefetch

_PLAIN = re.compile(r"[$#]\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}")
_GATEWAYS = frozenset(bpmn(f"{kind}Gateway") for kind in ("exclusive", "inclusive", "parallel"))
_DECISION = bpmn("businessRuleTask")


def release_prefetches(diagrams: Iterable["etree._Element"], catalogue: Catalogue) -> Iterator[Prefetch]:
    """Find the prefetches of all processes of a release, those of called scripts among them.

    A session names a step by its key alone, so a key that two processes have leads to none.
    """
    processes = [process for root in diagrams for process in root.iter(bpmn("process"))]
    keys = Counter(step.get("id") or "" for process in processes for step in process.iter(bpmn("userTask")))
    for process in processes:
        yield from (item for item in prefetches(process, catalogue) if keys[item.step] == 1)


def prefetches(process: "etree._Element", catalogue: Catalogue) -> Iterator[Prefetch]:
    """Find what each user task of a process leads to with only gateways and decisions in between.

    A function counts where it is declared to be prefetched and each of its inputs is a variable that the step or what
    was before it made: what a decision on the way makes is not known at the step.
    """
    graph = _Graph(process)
    for step in process.iter(bpmn("userTask")):
        for task, made in graph.follow(step):
            function = catalogue.functions.get(task.get(camunda("topic")) or "")
            if function is None or not function.prefetch:
                continue
            inputs = _inputs(task, function)
            if inputs is None or not made.isdisjoint(inputs.values()):
                continue
            yield Prefetch(
                step=step.get("id") or "",
                element=task.get("id") or "",
                function=function.name,
                pin=Pin.of(function, catalogue.functions).text(),
                inputs=inputs,
                repeats=graph.leads(task, step),
            )


def _inputs(task: "etree._Element", function: Function) -> Mapping[str, str] | None:
    """The variable of each input; None where one is not just a variable."""
    path = f"{bpmn('extensionElements')}/{camunda('inputOutput')}/{camunda('inputParameter')}"
    given = {node.get("name"): node for node in task.iterfind(path)}
    variables: dict[str, str] = {}
    for declared in function.inputs:
        node = given.get(declared.name)
        match = None if node is None or len(node) else _PLAIN.fullmatch((node.text or "").strip())
        if node is not None and match is None:
            return None
        variables[declared.name] = declared.name if match is None else match[1]
    return variables


@dataclass(frozen=True)
class _Way:
    """A node that was reached, and the variables that were made on the way."""

    node: str
    made: frozenset[str]


class _Graph:
    """The flows of one process; events at the border of an activity count as ways out of it."""

    def __init__(self, process: "etree._Element") -> None:
        self._nodes = {node.get("id") or "": node for node in process.iter() if node.get("id")}
        self._next: dict[str, list[str]] = {}
        for flow in process.iter(bpmn("sequenceFlow")):
            self._next.setdefault(flow.get("sourceRef") or "", []).append(flow.get("targetRef") or "")
        self._border: dict[str, list[str]] = {}
        for event in process.iter(bpmn("boundaryEvent")):
            self._border.setdefault(event.get("attachedToRef") or "", []).append(event.get("id") or "")

    def follow(self, step: "etree._Element") -> "Iterator[tuple[etree._Element, frozenset[str]]]":
        """The service tasks after ``step``, each once, with the variables that are made on a way there."""
        found: dict[str, frozenset[str]] = {}
        seen: set[_Way] = set()
        ways = [_Way(step.get("id") or "", frozenset())]
        while ways:
            way = ways.pop()
            if way in seen:
                continue
            seen.add(way)
            made = way.made | _made(self._nodes[way.node])
            for name in self._next.get(way.node, ()):
                node = self._nodes[name]
                if node.get(camunda("type")) == "external":
                    found[name] = found.get(name, frozenset()) | made
                elif node.tag in _GATEWAYS or node.tag == _DECISION:
                    ways.append(_Way(name, made))
        return ((self._nodes[name], made) for name, made in found.items())

    def leads(self, start: "etree._Element", end: "etree._Element") -> bool:
        """Whether any way goes from one node to another."""
        seen: set[str] = set()
        left = [start.get("id") or ""]
        while left:
            node = left.pop()
            following = [*self._next.get(node, ()), *self._border.get(node, ())]
            if (end.get("id") or "") in following:
                return True
            left.extend(name for name in following if name not in seen)
            seen.update(following)
        return False


def _made(node: "etree._Element") -> frozenset[str]:
    path = f"{bpmn('extensionElements')}/{camunda('inputOutput')}/{camunda('outputParameter')}"
    names = [node.get(camunda("resultVariable")), *(output.get("name") for output in node.iterfind(path))]
    return frozenset(name for name in names if name)
