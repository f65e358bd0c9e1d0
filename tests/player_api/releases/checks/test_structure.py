"""Diagrams that don't hang together."""

import pytest
from lxml import etree

from player_api.releases.checks.structure import structure_findings
from stack.folder import ROOT

BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
<process id="p" isExecutable="true">
<startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="ask"/>
<userTask id="ask" default="b"/><boundaryEvent id="late" attachedToRef="ask"/>
<sequenceFlow id="b" sourceRef="ask" targetRef="end"/><endEvent id="end"/></process></definitions>"""


@pytest.mark.parametrize(
    ("old", "new", "element", "said"),
    [
        ('targetRef="end"', 'targetRef="nowhere"', "b", "leads to 'nowhere'"),
        ('sourceRef="start"', 'sourceRef="nowhere"', "a", "comes from 'nowhere'"),
        (' targetRef="end"', "", "b", "leads to nothing"),
        ('attachedToRef="ask"', 'attachedToRef="nowhere"', "late", "attached to 'nowhere'"),
        ('default="b"', 'default="nowhere"', "ask", "default flow 'nowhere'"),
        ('id="end"', 'id="start"', "start", "2 elements have the id 'start'"),
    ],
)
def test_what_names_something_that_is_not_there(old: str, new: str, element: str, said: str) -> None:
    assert old in BPMN
    found = list(structure_findings("script.bpmn", etree.fromstring(BPMN.replace(old, new))))
    assert any(finding.element == element and said in finding.en for finding in found), found


@pytest.mark.parametrize("script", sorted(ROOT.glob("bpmn/*/script.bpmn")), ids=lambda path: path.parent.name)
def test_the_shipped_scripts_hang_together(script: object) -> None:
    assert list(structure_findings("script.bpmn", etree.parse(str(script)).getroot())) == []
