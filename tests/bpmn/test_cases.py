"""Test cases and ready answers of a script: well formed, possible, and together over every end."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree
from pydantic import JsonValue

from player_api.releases.cases.case import Answer, Case, read_case
from tests.bpmn.conftest import read_script

Forms = Mapping[str, Mapping[str, Any]]
Answers = Mapping[str, JsonValue]


@pytest.fixture
def cases(folder: Path) -> list[Case]:
    files = sorted(folder.glob("tests/*.yaml"))
    return [read_case(file.read_bytes()) for file in files]


@pytest.fixture
def ready_answers(folder: Path) -> dict[str, list[Answer]]:
    """Answers for the terminal walk by the end event that the file is named after."""
    return {f"end_{file.stem}": list(_walked(json.loads(file.read_text()))) for file in folder.glob("answers/*.json")}


def _walked(document: Mapping[str, Any]) -> Iterator[Answer]:
    for step, given in document.items():
        for answers in given if isinstance(given, list) else [given]:
            yield Answer(step=step, answers=answers)


def _ends(script: etree._Element) -> set[str]:
    return {end.get("id", "") for end in script.iterfind(".//{*}endEvent")}


@pytest.fixture
def diagrams(folder: Path, called: dict[str, Path]) -> dict[str, etree._Element]:
    """The script, first, and those that it calls, by key."""
    return {folder.name: read_script(folder)} | {key: read_script(path) for key, path in called.items()}


def _start(script: etree._Element) -> str:
    (start,) = (start.get("id", "") for start in script.iterfind(".//{*}startEvent"))
    return start


def _leads_to(diagrams: Mapping[str, etree._Element]) -> dict[str, set[str]]:
    """For the start event and every step: steps and ends that may come next, through calls and back."""
    nexts: dict[str, set[str]] = defaultdict(set)
    for each in diagrams.values():
        for flow in each.iterfind(".//{*}sequenceFlow"):
            nexts[flow.get("sourceRef", "")].add(flow.get("targetRef", ""))
        for event in each.iterfind(".//{*}boundaryEvent"):
            nexts[event.get("attachedToRef", "")].add(event.get("id", ""))
    for call in (call for each in diagrams.values() for call in each.iterfind(".//{*}callActivity")):
        called = diagrams[call.get("calledElement", "")]
        after, nexts[call.get("id", "")] = nexts[call.get("id", "")], {_start(called)}
        for end in _ends(called):
            nexts[end] |= after
    script, *_ = diagrams.values()
    stops = {step.get("id", "") for each in diagrams.values() for step in each.iterfind(".//{*}userTask")}
    stops |= _ends(script)

    def following(node: str, seen: frozenset[str] = frozenset()) -> set[str]:
        found = set()
        for after in nexts[node] - seen:
            found |= {after} if after in stops else following(after, seen | {after})
        return found

    return {node: following(node) for node in {_start(script)} | stops}


def _assert_possible(diagrams: Mapping[str, etree._Element], steps: list[str], end: str) -> None:
    leads_to = _leads_to(diagrams)
    at = _start(next(iter(diagrams.values())))
    for after in [*steps, end]:
        assert after in leads_to[at], f"{after} can't come right after {at}"
        at = after


def _assert_fits(form: Mapping[str, Any], answers: Answers) -> None:
    fields = {component["key"]: component for component in form["components"] if "key" in component}
    asked = {key: field for key, field in fields.items() if "conditional" not in field}
    required = {key for key, field in asked.items() if field.get("validate", {}).get("required")}
    assert required <= set(answers) <= set(fields)
    for key, answer in answers.items():
        if "values" in fields[key]:
            assert answer in [option["value"] for option in fields[key]["values"]]


def test_cases_reach_every_end(script: etree._Element, diagrams: dict[str, etree._Element], cases: list[Case]) -> None:
    assert {case.expect.end for case in cases} == _ends(script)
    for case in cases:
        assert [answer.step for answer in case.answers if isinstance(answer, Answer)] == case.expect.steps
        if "outcome" in case.expect.variables:
            assert case.expect.end == f"end_{case.expect.variables['outcome']}"
        _assert_possible(diagrams, case.expect.steps, case.expect.end)


def test_cases_visit_every_step_and_raise_every_error(script: etree._Element, cases: list[Case]) -> None:
    steps = {step.get("id") for step in script.iterfind(".//{*}userTask")}
    assert {step for case in cases for step in case.expect.steps} >= steps
    codes = {error.get("errorCode") for error in script.iterfind("./{*}error")}
    calls = [call for case in cases for several in case.functions.values() for call in several]
    assert {call.bpmn_error for call in calls if call.bpmn_error} >= codes


def test_cases_answer_as_the_forms_ask(cases: list[Case], all_forms: Forms) -> None:
    for answer in (answer for case in cases for answer in case.answers if isinstance(answer, Answer)):
        _assert_fits(all_forms[answer.step], answer.answers)


def test_cases_call_functions_as_declared(cases: list[Case], declarations: Path) -> None:
    for case in cases:
        for name, calls in case.functions.items():
            declared = yaml.safe_load((declarations / f"{name}.yaml").read_text(encoding="utf-8"))
            for call in calls:
                assert set(call.inputs or ()) <= {each["name"] for each in declared["inputs"]}
                if call.outputs is not None:
                    assert set(call.outputs) == set(declared["outputs"])


def test_ready_answers_reach_every_end(
    folder: Path, diagrams: dict[str, etree._Element], ready_answers: dict[str, list[Answer]], all_forms: Forms
) -> None:
    script, *_ = diagrams.values()
    assert set(ready_answers) == (_ends(script) if (folder / "answers").exists() else set())
    for end, answers in ready_answers.items():
        _assert_possible(diagrams, [answer.step for answer in answers], end)
        for answer in answers:
            _assert_fits(all_forms[answer.step], answer.answers)
