"""What no way comes to, and what no way leads out of."""

import itertools
from pathlib import Path

import pytest
from lxml import etree

from player_api.releases.checks.ways import way_findings
from stack.folder import ROOT
from tests.player_api.releases.checks.diagrams import read, ways

START, END = '<startEvent id="start"/>', '<endEvent id="end"/>'
ASK = '<userTask id="ask"/>'
LINKED = (
    '<intermediateThrowEvent id="from"><linkEventDefinition name="l"/></intermediateThrowEvent>'
    '<intermediateCatchEvent id="to"><linkEventDefinition name="l"/></intermediateCatchEvent>'
)
LATE = '<boundaryEvent id="late" attachedToRef="ask"><timerEventDefinition/></boundaryEvent>'


def inner(inside: str, attributes: str = "") -> str:
    return f'<subProcess id="inner" {attributes}>{inside}</subProcess>'


IN = '<startEvent id="in"/>'
OUT = '<endEvent id="out"/>'
CASES = {
    "a way from start to end": (START + ASK + END + ways("start>ask", "ask>end"), []),
    "no end at all": (START + ASK + ways("start>ask"), []),
    "forgotten": (START + ASK + END + ways("start>end"), [("unreachable", "ask")]),
    "only where a lost part begins": (
        START + ASK + END + '<manualTask id="then"/>' + ways("start>end", "ask>then", "then>end"),
        [("unreachable", "ask")],
    ),
    "a lost circle": (
        START + ASK + END + '<manualTask id="then"/>' + ways("start>end", "ask>then", "then>ask"),
        [("unreachable", "ask")],
    ),
    "a border": (START + ASK + LATE + END + ways("start>ask", "late>end"), []),
    "a link": (START + LINKED + END + ways("start>from", "to>end"), []),
    "a link to nothing": (
        START + LINKED.replace('"l"', '"k"', 1) + END + ways("start>from", "to>end"),
        [("unreachable", "to")],
    ),
    "event sub-process": (
        START + END + ways("start>end") + inner(IN + OUT + ways("in>out"), 'triggeredByEvent="true"'),
        [],
    ),
    "compensation": (START + END + ways("start>end") + '<userTask id="undo" isForCompensation="true"/>', []),
    "lost within a part": (
        START + END + ways("start>inner", "inner>end") + inner(IN + OUT + ASK + ways("in>out")),
        [("unreachable", "ask")],
    ),
    "round and round": (START + ASK + ways("start>ask", "ask>ask"), [("no-end", "ask")]),
    "round with a way out": (START + ASK + END + ways("start>ask", "ask>ask", "ask>end"), []),
    "round and never waiting": (
        START + '<manualTask id="a"/><exclusiveGateway id="b"/>' + ways("start>a", "a>b", "b>a"),
        [("endless", "a")],
    ),
    "a function waits": (
        START + '<serviceTask id="a" c:type="external"/>' + ways("start>a", "a>a"),
        [("no-end", "a")],
    ),
    "round in a part that is left": (
        START + END + ways("start>inner", "inner>end", "stop>end") + inner(IN + ASK + ways("in>ask", "ask>ask"))
        + '<boundaryEvent id="stop" attachedToRef="inner"/>',
        [],
    ),
    "round in a part that goes on": (
        START + END + ways("start>inner", "inner>end", "stop>end") + inner(IN + ASK + ways("in>ask", "ask>ask"))
        + '<boundaryEvent id="stop" attachedToRef="inner" cancelActivity="false"/>',
        [("no-end", "ask")],
    ),
    "round until an event": (
        START + ASK + ways("start>ask", "ask>ask") + inner(IN + OUT + ways("in>out"), 'triggeredByEvent="true"'),
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("inside", "expected"), CASES.values(), ids=CASES)
def test_ways(inside: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.rule.value, found.element) for found in way_findings("f", read(inside))] == expected


def test_many_elements_take_no_time_to_speak_of() -> None:
    names = ["start", *(f"t{number}" for number in range(2_400)), "end"]
    tasks = "".join(f'<userTask id="{name}"/>' for name in names[1:-1])
    flows = ways(*(f"{a}>{b}" for a, b in itertools.pairwise(names)))
    assert list(way_findings("f", read(START + tasks + END + flows))) == []


@pytest.mark.parametrize("script", sorted(ROOT.glob("bpmn/*/script.bpmn")), ids=lambda path: path.parent.name)
def test_the_shipped_scripts_come_to_an_end(script: Path) -> None:
    assert list(way_findings("script.bpmn", etree.parse(script).getroot())) == []
