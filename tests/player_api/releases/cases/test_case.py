"""Reading cases, and what is covered by them."""

import json
from datetime import UTC, datetime, timedelta

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from engine import PassedElement
from player_api.diagrams.diagram import parse_diagram
from player_api.releases.cases.__main__ import schema
from player_api.releases.cases.case import CaseUnreadable, read_case
from player_api.releases.cases.coverage import coverage
from stack.folder import ROOT


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"\xff", "it is not UTF-8"),
        (b"name: [", "line 1: "),
        (b"a: 1\nb: {", "line 2: "),
        (b"[]", "Input should be"),
        (b"name: x", "answers: Field required"),
        (b"name: x\nanswers: []\nexpect: {steps: [], end: e, typo: 1}", "expect.typo: Extra inputs"),
        (b"name: x\nanswers: [{}]\nexpect: {steps: [], end: e}", "answers.0"),
        (b"name: x\nanswers: []\nfunctions: {f: [{}]}\nexpect: {steps: [], end: e}", "functions.f.0: "),
        (
            b"name: x\nanswers: []\nfunctions: {f: [{outputs: {}, failure: x}]}\nexpect: {steps: [], end: e}",
            "a call gives outputs, a bpmn_error or a failure",
        ),
        (b"&a [*a]", "Input should be"),
        (b"[" * 5_000, "it is not YAML"),
        (b"!!python/object:os.system x", "line 1: could not determine a constructor"),
    ],
)
def test_what_is_no_case_is_said_with_its_place(text: bytes, sentence: str) -> None:
    with pytest.raises(CaseUnreadable) as refused:
        read_case(text)
    assert sentence in str(refused.value)


def test_a_day_stays_the_text_that_it_is_in_json() -> None:
    case = read_case(b"name: x\nvariables: {day: 2026-12-01}\nanswers: []\nexpect: {steps: [], end: e}")
    assert case.variables == {"day": "2026-12-01"}


def test_the_schema_that_is_checked_in_is_the_model_s_and_fits_the_shipped_cases() -> None:
    checked_in = (ROOT / "docs" / "case.schema.json").read_text(encoding="utf-8")
    assert checked_in == schema(), "write docs/case.schema.json anew: python -m player_api.releases.cases"
    for file in (ROOT / "bpmn").glob("*/tests/*.yaml"):
        jsonschema.validate(yaml.safe_load(file.read_text(encoding="utf-8")), json.loads(checked_in))


DIAGRAM = parse_diagram(
    b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
<startEvent id="start"/><exclusiveGateway id="which"/><parallelGateway id="fork"/>
<task id="a"/><task id="b"/><task id="c"/>
<sequenceFlow id="f" sourceRef="start" targetRef="which"/>
<sequenceFlow id="to_a" sourceRef="which" targetRef="a"/><sequenceFlow id="to_fork" sourceRef="which" targetRef="fork"/>
<sequenceFlow id="to_b" sourceRef="fork" targetRef="b"/><sequenceFlow id="to_c" sourceRef="fork" targetRef="c"/>
<sequenceFlow id="back" sourceRef="a" targetRef="which"/>
</process></definitions>""",
    "p",
)


def passed(*elements: str) -> list[PassedElement]:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    moments = [at + timedelta(milliseconds=place) for place in range(len(elements) + 1)]
    return [
        PassedElement(
            id=str(place),
            element=element,
            type="",
            parent="p",
            task_id=None,
            called_instance=None,
            started=moments[place],
            ended=moments[place + 1],
            cancelled=False,
        )
        for place, element in enumerate(elements)
    ]


@pytest.mark.parametrize(
    ("walks", "elements", "branches"),
    [
        ([], ["a", "b", "c", "fork", "start", "which"], ["to_a", "to_b", "to_c", "to_fork"]),
        ([["start", "which", "a"]], ["b", "c", "fork"], ["to_b", "to_c", "to_fork"]),
        ([["start", "which", "a", "which", "fork", "b", "c"]], [], []),
        ([["start", "which", "fork", "c", "b"], ["start", "which", "a"]], [], []),
        ([["start", "which", "fork", "c", "b"]], ["a"], ["to_a"]),
    ],
)
def test_what_no_walk_has_reached_is_missed(walks: list[list[str]], elements: list[str], branches: list[str]) -> None:
    found = coverage(DIAGRAM, [passed(*walk) for walk in walks])
    assert (found.elements.missed, found.branches.missed) == (elements, branches)
