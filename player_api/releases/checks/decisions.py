"""Whether decisions find what they read; the engine can't evaluate one whose input is not there."""

import re
from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from player_api.releases.checks.allowed.check import OF_THE_ENGINE
from player_api.releases.namespaces import bpmn, camunda
from player_api.releases.rules import Finding, Rule

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_CONSTANTS = frozenset({"true", "false", "null"})


def decision_findings(trees: Mapping[str, "etree._Element"], variables: Collection[str]) -> Iterator[Finding]:
    """Say which inputs of decisions nothing in the script gives.

    Args:
        trees: roots of diagrams and decisions by file.
        variables: names that something in the script sets.
    """
    mapped = {
        node.get("name")
        for tree in trees.values()
        for task in tree.iter(bpmn("businessRuleTask"))
        for node in task.iter(camunda("inputParameter"))
    }
    for file, tree in trees.items():
        if not file.endswith(".dmn"):
            continue
        known = {*variables, *mapped, *OF_THE_ENGINE, *_CONSTANTS, *_results(tree)}
        for decision in tree.iter("{*}decision"):
            for name in inputs_of(decision):
                if name not in known:
                    yield Rule.DECISION_INPUT.at(
                        file,
                        decision.get("id"),
                        f"решение читает {name!r}, а в скрипте никто не даёт ему значения",
                        f"the decision reads {name!r}, which nothing in the script sets",
                    )


def inputs_of(decision: "etree._Element") -> list[str]:
    """The variables that the inputs of a decision's table name; expressions of another kind are left out."""
    texts = ("".join(map(str, node.itertext())).strip() for node in decision.iter("{*}inputExpression"))
    return [text for text in texts if _NAME.fullmatch(text)]


def _results(tree: "etree._Element") -> Iterator[str]:
    """The names under which decisions that others need hand on what they decided."""
    for decision in tree.iter("{*}decision"):
        yield decision.get("id") or ""
        yield from (node.get("name") or "" for node in decision.iter("{*}variable", "{*}output"))
