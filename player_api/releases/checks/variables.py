"""Variables as diagrams name them."""

import re

from lxml import etree

from player_api.releases.namespaces import BPMN, bpmn, camunda

_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_QUOTED = re.compile(r'"[^"]*"')


def given_variables(tree: "etree._Element") -> list[str]:
    """The variables that callers give a process at its start or later, as its property ``variables`` names them."""
    return [name for process in tree.iter(bpmn("process")) for name in named_variables(process, "variables") or ()]


def mapped_variables(tree: "etree._Element") -> list[str]:
    """The variables that elements of a diagram have for themselves."""
    mapped = [node.get("name") or "" for node in tree.iter(camunda("inputParameter"))]
    return mapped + [node.get(camunda("elementVariable")) or "" for node in tree.iter(f"{{{BPMN}}}*")]


def words_in(expression: str) -> list[str]:
    """The words of a FEEL expression outside texts in quotes: the names that it may read, and its own words."""
    return _WORD.findall(_QUOTED.sub("", expression))


def named_variables(process: "etree._Element", name: str) -> list[str] | None:
    """The names in a property of a process, separated by commas; None where it has no such property."""
    path = f"{bpmn('extensionElements')}/{camunda('properties')}/{camunda('property')}[@name='{name}']"
    declared = process.find(path)
    if declared is None:
        return None
    return [word.strip() for word in (declared.get("value") or "").split(",") if word.strip()]
