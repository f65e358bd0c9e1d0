"""Variables that are read before any way has set them."""

from collections.abc import Mapping

import pytest
from lxml import etree

from player_api.forms.form import Form
from player_api.forms.parsing import parse_form
from player_api.releases.checks.reading import reading_findings
from tests.functions.declared import loaded, source
from tests.player_api.releases.checks.diagrams import read, ways

CATALOGUE = loaded(source()).sound()
START, END = '<startEvent id="start"/>', '<endEvent id="end"/>'
ASK = '<userTask id="ask" c:formRef="ask"/>'
"""Sets ``account``."""
SHOW = '<userTask id="show" name="${account}"/>'
TELL = '<userTask id="tell" c:formRef="tell"/>'
"""Shows ``account``."""
CALL = '<serviceTask id="call" c:type="external" c:topic="billing.get_balance"/>'
"""Needs ``account``."""
FORMS: Mapping[str, tuple[str, Form]] = {
    "ask": ("ask.form", parse_form({"id": "ask", "components": [{"type": "textfield", "key": "account"}]})),
    "tell": ("tell.form", parse_form({"id": "tell", "components": [{"type": "text", "text": "{{account}}"}]})),
}
GIVEN = (
    '<extensionElements><c:properties><c:property name="variables" value="account"/></c:properties></extensionElements>'
)
FORK = '<parallelGateway id="fork"/>'


def local(value: str) -> str:
    mapped = f'<c:inputOutput><c:inputParameter name="account">{value}</c:inputParameter></c:inputOutput>'
    return f"<extensionElements>{mapped}</extensionElements>"


def when(condition: str, language: str = "") -> str:
    return (
        '<exclusiveGateway id="g"/><sequenceFlow id="if" sourceRef="g" targetRef="end">'
        f"<conditionExpression {language}>{condition}</conditionExpression></sequenceFlow>"
    )


FEEL = 'language="feel"'
SUB = '<subProcess id="sub"><startEvent id="in"/>{}</subProcess>'
CASES = {
    "after": (START + ASK + SHOW + ways("start>ask", "ask>show"), []),
    "before": (START + ASK + SHOW + ways("start>show", "show>ask"), [("read-too-early", "show")]),
    "on one of two ways": (START + ASK + SHOW + ways("start>ask", "start>show", "ask>show"), []),
    "in a circle": (START + ASK + SHOW + ways("start>show", "show>ask", "ask>show"), []),
    "given at the start": (GIVEN + START + ASK + SHOW + ways("start>show", "show>ask"), []),
    "of a text": (START + ASK + TELL + ways("start>tell", "tell>ask"), [("form-text", "tell")]),
    "of a text after": (START + ASK + TELL + ways("start>ask", "ask>tell"), []),
    "of a function": (START + ASK + CALL + ways("start>call", "call>ask"), [("read-too-early", "call")]),
    "a mapping of its own": (
        START + ASK + '<userTask id="show" name="${account}">' + local("1") + "</userTask>"
        + ways("start>show", "show>ask"),
        [],
    ),
    "a condition": (
        START + ASK + END + when("${account == 1}") + ways("start>g", "g>ask"),
        [("read-too-early", "if")],
    ),
    "a condition in FEEL": (
        START + ASK + END + when("account = 1", FEEL) + ways("start>g", "g>ask"),
        [("read-too-early", "if")],
    ),
    "a word in FEEL": (START + ASK + END + when('other = "account"', FEEL) + ways("start>g", "g>ask"), []),
    "a condition after": (START + ASK + END + when("account = 1", FEEL) + ways("start>ask", "ask>g"), []),
    "beside": (START + FORK + ASK + SHOW + ways("start>fork", "fork>ask", "fork>show"), []),
    "before a fork": (
        START + FORK + ASK + SHOW + ways("start>show", "show>fork", "fork>ask"),
        [("read-too-early", "show")],
    ),
    "in a part": (START + ASK + SUB.format(SHOW + ways("in>show")) + ways("start>ask", "ask>sub"), []),
    "in a part before": (
        START + ASK + SUB.format(SHOW + ways("in>show")) + ways("start>sub", "sub>ask"),
        [("read-too-early", "show")],
    ),
    "out of a part": (START + SUB.format(ASK + ways("in>ask")) + SHOW + ways("start>sub", "sub>show"), []),
    "at a border": (
        START + ASK + '<boundaryEvent id="late" attachedToRef="ask"/>' + SHOW + ways("start>ask", "late>show"),
        [],
    ),
    "in an event's part": (
        START + ASK + SUB.format(SHOW + ways("in>show")).replace("<subProcess", '<subProcess triggeredByEvent="true"')
        + ways("start>ask"),
        [],
    ),
    "what nothing sets": (START + '<userTask id="show" name="${other}"/>' + ways("start>show"), []),
    "nobody comes there": (START + ASK + SHOW + ways("start>ask"), []),
}  # fmt: skip


def found(trees: "Mapping[str, etree._Element]") -> list[tuple[str, str | None]]:
    return [(finding.rule.value, finding.element) for finding in reading_findings(trees, FORMS, CATALOGUE)]


@pytest.mark.parametrize(("inside", "expected"), CASES.values(), ids=CASES)
def test_on_the_ways_through_a_script(inside: str, expected: list[tuple[str, str]]) -> None:
    assert found({"f": read(inside)}) == expected


CALLED = START + ASK + SHOW + ways("start>show", "show>ask")


@pytest.mark.parametrize(
    ("handed", "expected"),
    [
        ("", [("read-too-early", "show")]),
        ('<c:in source="x" target="account"/>', []),
        ('<c:in variables="all"/>', []),
        ('<c:in source="x" target="other"/>', [("read-too-early", "show")]),
    ],
)
def test_what_a_script_is_called_with(handed: str, expected: list[tuple[str, str]]) -> None:
    call = f'<callActivity id="c" calledElement="part"><extensionElements>{handed}</extensionElements></callActivity>'
    assert found({"main": read(START + call + ways("start>c")), "f": read(CALLED, key="part")}) == expected


def test_what_a_decision_reads() -> None:
    dmn = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="d"><decisionTable><input>'
        "<inputExpression><text>account</text></inputExpression></input></decisionTable></decision></definitions>"
    )
    decide = '<businessRuleTask id="decide" c:decisionRef="d"/>'
    trees = {"t.dmn": etree.fromstring(dmn), "f": read(START + ASK + decide + ways("start>decide", "decide>ask"))}
    assert found(trees) == [("read-too-early", "decide")]
