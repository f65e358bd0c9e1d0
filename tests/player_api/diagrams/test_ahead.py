"""Steps ahead, on drawings as short as they can be written."""

from collections.abc import Mapping
from itertools import pairwise

import pytest

from player_api.diagrams.ahead import ahead_within
from player_api.diagrams.diagram import parse_diagram

KINDS = {"T": "userTask", "G": "exclusiveGateway", "F": "serviceTask", "S": "startEvent", "E": "endEvent"}
KINDS |= {"C": "callActivity", "L": "subProcess"}


def node(name: str) -> str:
    """An element whose id begins with the letter of its kind. What is drawn in ``L…`` is in brackets, with ``-``."""
    element, _, inner = name.partition("[")
    kind = KINDS[element[0]]
    return f'<{kind} id="{element}">{drawn([inner.removesuffix("]").replace("-", ">")]) if inner else ""}</{kind}>'


def drawn(ways: list[str]) -> str:
    steps = [way.split(">") for way in ways]
    names = dict.fromkeys(step for way in steps for step in way)
    ids = [[step.partition("[")[0] for step in way] for way in steps]
    flows = [(source, target) for way in ids for source, target in pairwise(way)]
    known = {name.partition("[")[0]: name for name in sorted(names, key=len)}
    inner = "".join(node(name) for name in known.values())
    return inner + "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in flows)


@pytest.mark.parametrize(
    ("ways", "ahead", "whole"),
    [
        (["S>T1>T2>E"], {"S": 2, "T1": 1, "T2": 0}, 2),
        (["S>T1>G>T2>T3>E1", "G>T4>E2"], {"T1": 1, "T2": 1, "T3": 0, "T4": 0}, 2),
        (["S>T1>G>E", "G>T1"], {"T1": 0}, 1),
        (["S>T1>F1>C1>T2>E"], {"T1": 4, "C1": 1}, 5),
        (["S>T1>L[Sa-Ta-Tb-Ea]>T2>E"], {"T1": 3, "Ta": 2, "Tb": 1, "L": 1}, 4),
        (["S>T1>G>T1"], {}, 0),
        (["S>T1>T2"], {"T1": 1, "T2": 0}, 2),
    ],
)
def test_the_shortest_way_to_an_end_is_counted(ways: list[str], ahead: Mapping[str, int], whole: int) -> None:
    namespace = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    xml = f'<definitions xmlns="{namespace}"><process id="p">{drawn(ways)}</process></definitions>'
    found, counted = ahead_within(parse_diagram(xml.encode(), "p"), {"C1": 3})
    assert {element: found.get(element) for element in ahead} == ahead
    assert counted == whole
    assert ahead or not [element for element in found if element.startswith("T")]
