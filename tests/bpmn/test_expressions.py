"""Nothing in a script is code: conditions are FEEL, parameters are literals or plain variables."""

import re
from pathlib import Path

import pytest
from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
ELEMENTS = {
    BPMN: {
        *("definitions", "process", "documentation", "extensionElements", "incoming", "outgoing", "error"),
        *("startEvent", "endEvent", "boundaryEvent", "errorEventDefinition", "exclusiveGateway", "sequenceFlow"),
        *("userTask", "serviceTask", "businessRuleTask", "conditionExpression", "parallelGateway", "callActivity"),
    },
    CAMUNDA: {"properties", "property", "inputOutput", "inputParameter", "outputParameter", "in", "out"},
}
CAMUNDA_ATTRIBUTES = {
    *("historyTimeToLive", "isStartableInTasklist", "formRef", "formRefBinding", "type", "topic"),
    *("resultVariable", "decisionRef", "decisionRefBinding", "mapDecisionResult", "calledElementBinding"),
}
PLAIN = re.compile(r"\$\{[a-z_]+\}")


def _executed(element: etree._Element) -> list[str]:
    """Texts of an element that the engine would take for expressions."""
    texts = [str(value) for value in element.attrib.values()]
    if len(element) == 0 and element.text:
        texts.append(element.text)
    return [text for text in texts if "${" in text or "#{" in text]


def test_only_known_elements(script: etree._Element) -> None:
    for element in script.iter("*"):
        name = etree.QName(element)
        if name.namespace in ELEMENTS:
            assert name.localname in ELEMENTS[name.namespace]
        else:
            assert name.namespace in {
                "http://www.omg.org/spec/BPMN/20100524/DI",
                "http://www.omg.org/spec/DD/20100524/DC",
                "http://www.omg.org/spec/DD/20100524/DI",
            }
        attributes = [etree.QName(attribute) for attribute in element.attrib]
        assert {each.localname for each in attributes if each.namespace == CAMUNDA} <= CAMUNDA_ATTRIBUTES


def test_expressions_are_plain_variables_in_inputs(script: etree._Element) -> None:
    for element in script.iter("*"):
        for text in _executed(element):
            assert etree.QName(element).localname == "inputParameter", text
            assert PLAIN.fullmatch(text)


def test_conditions_are_feel_and_gateways_never_stand_still(script: etree._Element) -> None:
    conditions = list(script.iterfind(".//{*}conditionExpression"))
    assert {condition.get("language") for condition in conditions} <= {"feel"}
    for gateway in script.iterfind(".//{*}exclusiveGateway"):
        leaving = [each.text for each in gateway.iterfind("./{*}outgoing")]
        assert len(leaving) == 1 or gateway.get("default") in leaving


def test_decisions_are_feel(folder: Path) -> None:
    for path in folder.glob("*.dmn"):
        for element in etree.parse(path).getroot().iter("*"):
            assert "expressionLanguage" not in element.attrib
            assert _executed(element) == []


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        ("<a b='#{x}'/>", ["#{x}"]),
        ("<a>${x.y}</a>", ["${x.y}"]),
        ("<a b='&#36;{x}'/>", ["${x}"]),
        ("<a b='x'>plain</a>", []),
    ],
)
def test_executed_texts_are_found(xml: str, found: list[str]) -> None:
    assert _executed(etree.fromstring(xml)) == found
