"""What a release says of the functions it calls: that it fits, and what it keeps of it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from lxml import etree

from functions.catalogue import Catalogue
from functions.pins import PROPERTY, Pin
from player_api.releases.close import close
from player_api.releases.errors import ReleaseRefused
from player_api.releases.namespaces import bpmn, camunda
from player_api.releases.rules import Severity
from store.releases import ReleaseContent
from tests.functions.declared import loaded, source
from tests.player_api.releases.wired import wired

SCRIPT = "script"


def given(value: str) -> str:
    parameter = f'<camunda:inputParameter name="account">{value}</camunda:inputParameter>'
    return f"<camunda:inputOutput>{parameter}</camunda:inputOutput>"


def noted(**properties: str) -> str:
    items = (f'<camunda:property name="{name}" value="{value}" />' for name, value in properties.items())
    return f"<camunda:properties>{''.join(items)}</camunda:properties>"


ERRORS = '<bpmn:error id="e1" errorCode="ACCOUNT_NOT_FOUND" /><bpmn:error id="e2" errorCode="LOST" />'
MAPPED = given("${from_the_caller}")
GIVEN = (
    "<bpmn:extensionElements><camunda:properties>"
    '<camunda:property name="variables" value="case, from_the_caller" />'
    "</camunda:properties></bpmn:extensionElements>"
)
CATALOGUE = loaded(
    source(),
    source(name="billing.other", inputs=None, call={"http": {"method": "GET", "path": "/"}}),
    source(name="billing.plugged", call={"python": {"plugin": "some"}}, errors=None),
    source(
        name="billing.all",
        system=None,
        call={"group": {"functions": {"money": "billing.get_balance"}}},
        outputs=None,
        errors=None,
    ),
).sound()


def task(extension: str = MAPPED, *, topic: str = "billing.get_balance", rest: str = "") -> str:
    return (
        f'<bpmn:serviceTask id="call" camunda:type="external" camunda:topic="{topic}">'
        f"<bpmn:documentation>Что делает</bpmn:documentation>"
        f"<bpmn:extensionElements>{extension}</bpmn:extensionElements></bpmn:serviceTask>{rest}"
    )


def script(content: str, key: str = SCRIPT) -> bytes:
    return wired(
        f'<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        f' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="x">{ERRORS}'
        f'<bpmn:process id="{key}" isExecutable="true">{GIVEN}<bpmn:startEvent id="start" />{content}</bpmn:process>'
        f"</bpmn:definitions>".encode()
    )


def closed(content: str, beside: Mapping[str, bytes] | None = None, catalogue: Catalogue = CATALOGUE) -> ReleaseContent:
    return close(SCRIPT, {"script.bpmn": script(content), **(beside or {})}, catalogue)


def findings(content: str, beside: Mapping[str, bytes] | None = None) -> list[str]:
    try:
        closed(content, beside)
    except ReleaseRefused as refused:
        return [str(finding) for finding in refused.findings if finding.severity is Severity.ERROR]
    return []


def properties(content: ReleaseContent, element: str = "call") -> dict[str | None, str | None]:
    root = etree.fromstring(content.files[f"{SCRIPT}/script.bpmn"])
    owner = next(node for node in root.iter() if node.get("id") == element)
    found = owner.findall(f"{bpmn('extensionElements')}/{camunda('properties')}/{camunda('property')}")
    return {node.get("name"): node.get("value") for node in found}


def pinned(content: ReleaseContent, element: str = "call") -> Pin:
    return Pin.read(properties(content, element)[PROPERTY] or "")


def test_a_call_carries_the_contract_of_its_function() -> None:
    release = closed(task())
    assert pinned(release) == Pin.of(CATALOGUE.functions["billing.get_balance"], CATALOGUE.functions)
    assert release.functions == {"call": "billing.get_balance"}


@pytest.mark.parametrize(
    "before",
    [
        MAPPED,
        noted(name_en="Call") + MAPPED,
        noted(**{PROPERTY: "of an earlier release", "name_en": "Call"}) + MAPPED,
    ],
)
def test_it_is_written_once_beside_what_the_author_wrote(before: str) -> None:
    release = closed(task(before))
    xml = release.files[f"{SCRIPT}/script.bpmn"].decode()
    assert xml.count(f'name="{PROPERTY}"') == 1
    assert ("name_en" in before) == ("name_en" in properties(release))
    again = close(SCRIPT, {"script.bpmn": release.files[f"{SCRIPT}/script.bpmn"]}, CATALOGUE)
    assert again.digest == release.digest


def test_extension_elements_come_where_bpmn_wants_them() -> None:
    bare = (
        '<bpmn:serviceTask id="call" camunda:type="external" camunda:topic="billing.other">'
        "<bpmn:documentation>Что делает</bpmn:documentation><bpmn:incoming>f</bpmn:incoming></bpmn:serviceTask>"
    )
    root = etree.fromstring(closed(bare).files[f"{SCRIPT}/script.bpmn"])
    owner = next(root.iter(bpmn("serviceTask")))
    assert [etree.QName(child).localname for child in owner] == ["documentation", "extensionElements", "incoming"]


def test_a_message_event_carries_it_itself() -> None:
    release = closed(
        '<bpmn:endEvent id="call"><bpmn:messageEventDefinition camunda:type="external" camunda:topic="billing.other" />'
        "</bpmn:endEvent>"
    )
    assert pinned(release).name == "billing.other"
    assert release.functions == {"call": "billing.other"}


def test_another_contract_is_another_release_and_another_policy_is_not() -> None:
    def digest(**fields: Any) -> bytes:
        return closed(task(), catalogue=loaded(source(**fields)).sound()).digest

    assert digest(deadline="9s", cache={"ttl": "1m"}) == digest()
    assert digest(outputs={"balance": "response.other"}) != digest()


def test_calls_of_a_called_script_are_told_apart() -> None:
    release = closed(task(), {"part.bpmn": script(task(topic="billing.other"), key="part")})
    assert release.functions == {"call": "billing.get_balance", "part/call": "billing.other"}


@pytest.mark.parametrize("topic", ["billing.unknown", "${topic}", ""])
def test_a_topic_must_be_a_declared_function(topic: str) -> None:
    assert f"script.bpmn, call: there is no integration function {topic!r}" in findings(task(topic=topic))


@pytest.mark.parametrize("extension", [MAPPED, given("<camunda:list />")])
def test_a_mapped_input_is_enough(extension: str) -> None:
    assert findings(task(extension)) == []


NOT_GIVEN = "script.bpmn, call: the function billing.get_balance needs the input 'account', which it is not given"
FORM = json.dumps({"type": "default", "id": "f", "components": [{"type": "textfield", "key": "account"}]}).encode()


def user_task(extension: str, inside: str = "") -> str:
    extensions = f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>"
    return f'<bpmn:userTask id="user">{extensions}{inside}</bpmn:userTask>'


OUTPUT = '<camunda:outputParameter name="account">1</camunda:outputParameter>'
CALLED = (
    '<bpmn:callActivity id="user" calledElement="part"><bpmn:extensionElements>'
    '<camunda:out source="x" target="account" /></bpmn:extensionElements></bpmn:callActivity>'
)
MAKES: Mapping[str, str] = {
    "nothing": "",
    "result": '<bpmn:businessRuleTask id="rule" camunda:resultVariable="account" />',
    "output": user_task(f"<camunda:inputOutput>{OUTPUT}</camunda:inputOutput>"),
    "field": user_task('<camunda:formData><camunda:formField id="account" /></camunda:formData>'),
    "called": CALLED,
    "each": user_task("", '<bpmn:multiInstanceLoopCharacteristics camunda:elementVariable="account" />'),
}


@pytest.mark.parametrize(("made", "by"), MAKES.items(), ids=MAKES)
def test_an_input_may_be_a_variable_that_the_script_makes(made: str, by: str) -> None:
    namespace = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    part = f'<definitions xmlns="{namespace}"><process id="part" isExecutable="true"/></definitions>'.encode()
    assert findings(task("", rest=by), {"part.bpmn": part}) == ([NOT_GIVEN] if made == "nothing" else [])


def test_an_input_may_be_answered_in_a_form_or_given_by_another_function() -> None:
    assert findings(task(""), {"f.form": FORM}) == []
    call = {"http": {"method": "GET", "path": "/"}}
    gives = source(name="billing.account", inputs=None, call=call, outputs={"account": "response.account"})
    giving = loaded(source(), gives).sound()
    other = '<bpmn:sendTask id="o" camunda:type="external" camunda:topic="billing.account" />'
    assert closed(task("", rest=other), catalogue=giving).functions["o"] == "billing.account"


def test_an_empty_input_hides_the_variable_and_is_a_mistake() -> None:
    sentence = "script.bpmn, call: the input 'account' of the function billing.get_balance is empty"
    assert findings(task(given(" ")), {"f.form": FORM}) == [sentence]


def boundary(error: str | None, to: str = "call") -> str:
    definition = f'<bpmn:errorEventDefinition errorRef="{error}" />' if error else "<bpmn:errorEventDefinition />"
    return f'<bpmn:boundaryEvent id="caught" attachedToRef="{to}">{definition}</bpmn:boundaryEvent>'


@pytest.mark.parametrize(
    ("topic", "error", "is_known"),
    [
        ("billing.get_balance", "e1", True),
        ("billing.get_balance", "e2", False),
        ("billing.get_balance", None, True),
        ("billing.all", "e1", True),
        ("billing.all", "e2", False),
        ("billing.plugged", "e2", True),
    ],
)
def test_a_boundary_catches_what_the_function_declares(topic: str, error: str | None, *, is_known: bool) -> None:
    sentence = f"script.bpmn, caught: the function {topic} has no error 'LOST', so nothing ever comes here"
    assert findings(task(topic=topic, rest=boundary(error))) == ([] if is_known else [sentence])


def test_a_boundary_may_catch_what_the_engine_throws_there() -> None:
    thrown = '<camunda:errorEventDefinition errorRef="e2" expression="${true}" />'
    assert findings(task(thrown + MAPPED, rest=boundary("e2"))) == []


def test_a_boundary_elsewhere_is_none_of_this_call() -> None:
    assert findings(task(rest=user_task("") + boundary("e2", "user"))) == []
