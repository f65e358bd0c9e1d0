"""Errors that nothing in a script catches.

The engine is set up to fail where nobody catches an error, rather than to end a session silently.
"""

from collections.abc import Collection, Iterator, Sequence

from lxml import etree

from functions.catalogue import Catalogue
from player_api.releases.calls import Trees
from player_api.releases.checks.graph import SCOPES
from player_api.releases.functions import FunctionCall
from player_api.releases.namespaces import bpmn
from player_api.releases.rules import Finding, Rule

_ERROR = bpmn("errorEventDefinition")


def uncaught_findings(trees: Trees, calls: Sequence[FunctionCall], catalogue: Catalogue) -> Iterator[Finding]:
    """Say which errors of functions, and which that a script throws, would be failures.

    Args:
        trees: roots of diagrams and decisions by file.
        calls: of integration functions.
        catalogue: what is declared.
    """
    catching = _Catching(trees)
    for call in calls:
        function = catalogue.functions.get(call.topic)
        codes = None if function is None else catalogue.error_codes(function)
        for code in sorted(code for code in codes or () if not catching.catches(call.owner, code)):
            yield Rule.UNCAUGHT_ERROR.at(
                call.file,
                call.element,
                f"функция {call.topic} может ответить {code}, а этого никто не ждёт: оператор увидит сбой",
                f"the function {call.topic} may answer {code}, which nothing catches: an operator would see a failure",
            )
    for file, tree in trees.items():
        for end in tree.iter(bpmn("endEvent")):
            for definition in end.findall(_ERROR):
                thrown = _codes(tree).get(definition.get("errorRef") or "")
                if not catching.catches(end, thrown):
                    yield Rule.UNCAUGHT_ERROR.at(
                        file,
                        end.get("id"),
                        f"ошибку {thrown} никто не ловит: скрипт здесь не закончится, а сломается",
                        f"nothing catches the error {thrown}: the script would fail here rather than end",
                    )


class _Catching:
    def __init__(self, trees: Trees) -> None:
        self._callers: dict[str, list[etree._Element]] = {}
        for tree in trees.values():
            for call in tree.iter(bpmn("callActivity")):
                self._callers.setdefault(call.get("calledElement") or "", []).append(call)

    def catches(self, node: "etree._Element", code: str | None, seen: Collection[str] = ()) -> bool:
        """Whether something around an element, or around every call of its script, catches an error."""
        scope = node.getparent()
        while scope is not None and scope.tag in SCOPES:
            if _caught_at(scope, node, code) or _caught_beside(scope, node, code):
                return True
            node, scope = scope, scope.getparent()
        process = node.get("id") or ""
        callers = [] if process in seen else self._callers.get(process, [])
        return bool(callers) and all(self.catches(caller, code, {*seen, process}) for caller in callers)


def _caught_at(scope: "etree._Element", node: "etree._Element", code: str | None) -> bool:
    events = scope.iterchildren(bpmn("boundaryEvent"))
    return any(event.get("attachedToRef") == node.get("id") and _catches(event, code) for event in events)


def _caught_beside(scope: "etree._Element", node: "etree._Element", code: str | None) -> bool:
    others = (other for other in scope.iterchildren(bpmn("subProcess")) if other is not node)
    handlers = (other for other in others if other.get("triggeredByEvent") == "true")
    return any(_catches(start, code) for handler in handlers for start in handler.iterchildren(bpmn("startEvent")))


def _catches(event: "etree._Element", code: str | None) -> bool:
    codes = _codes(event.getroottree().getroot())
    caught = [codes.get(definition.get("errorRef") or "") for definition in event.findall(_ERROR)]
    return code in caught or None in caught


def _codes(root: "etree._Element") -> dict[str, str | None]:
    return {error.get("id") or "": error.get("errorCode") for error in root.iter(bpmn("error"))}
