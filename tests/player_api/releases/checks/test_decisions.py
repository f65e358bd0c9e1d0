"""Decisions that read what nothing sets."""

import pytest
from lxml import etree

from player_api.releases.checks.decisions import decision_findings
from tests.player_api.releases.checks.diagrams import read

DMN = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" namespace="n">{}</definitions>'


def table(*inputs: str, key: str = "own") -> str:
    rows = "".join(f"<input><inputExpression><text> {text} </text></inputExpression></input>" for text in inputs)
    return f'<decision id="{key}"><decisionTable>{rows}<output name="days"/></decisionTable></decision>'


@pytest.mark.parametrize(
    ("decisions", "unset"),
    [
        (table("debt"), []),
        (table("debt", "missing"), ["missing"]),
        (table("debt > 5", "date(missing)"), []),
        (table("mapped"), []),
        (table("customer"), []),
        (table("days") + table("debt", key="first"), []),
        (table("first", key="second") + table("missing", key="first"), ["missing"]),
    ],
)
def test_inputs(decisions: str, unset: list[str]) -> None:
    mapped = '<extensionElements><c:inputOutput><c:inputParameter name="mapped"/></c:inputOutput></extensionElements>'
    trees = {
        "t.dmn": etree.fromstring(DMN.format(decisions)),
        "s.bpmn": read(f'<businessRuleTask id="decide" c:decisionRef="own">{mapped}</businessRuleTask>'),
    }
    found = list(decision_findings(trees, {"debt"}))
    assert all(repr(name) in finding.en for name, finding in zip(unset, found, strict=True))
    assert [finding.file for finding in found] == ["t.dmn"] * len(unset)
