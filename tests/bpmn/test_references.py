"""Whatever a script refers to is there, and whatever is in its folder is used."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
CAMUNDA_DMN = "{http://camunda.org/schema/1.0/dmn}"
TASKS = (".//{*}userTask", ".//{*}serviceTask", ".//{*}businessRuleTask")
SPOKEN = {"ask", "attempts", "confirm", "count", "field"}
"""Custom properties that conversations read (docs/conversations.md)."""


def _properties(element: etree._Element) -> dict[str, str]:
    found = element.iterfind("./{*}extensionElements/{*}properties/{*}property")
    return {each.get("name", ""): each.get("value", "") for each in found}


def _declared(declarations: Path, topic: str) -> dict[str, Any]:
    declaration: dict[str, Any] = yaml.safe_load((declarations / f"{topic}.yaml").read_text(encoding="utf-8"))
    return declaration


def test_the_process_is_named_as_its_folder(folder: Path, script: etree._Element) -> None:
    (process,) = script.iterfind("./{*}process")
    assert process.get("id") == folder.name
    assert process.get("isExecutable") == "true"
    assert process.get(f"{CAMUNDA}historyTimeToLive")
    assert process.get(f"{CAMUNDA}versionTag") is None
    assert process.findtext("./{*}documentation")
    assert {"name_en", "hint_en"} <= set(_properties(process))
    assert "outcome" in _properties(process)["result"].split(", ")


def test_steps_have_what_an_operator_needs(script: etree._Element) -> None:
    for step in script.iterfind(".//{*}userTask"):
        assert step.get("name"), step.get("id")
        assert step.findtext("./{*}documentation"), step.get("id")
    for pattern in TASKS:
        assert all(_properties(task).get("name_en") for task in script.iterfind(pattern))
    assert all(_properties(step).get("hint_en") for step in script.iterfind(".//{*}userTask"))


def test_every_step_has_its_form(folder: Path, script: etree._Element, forms: dict[str, dict[str, Any]]) -> None:
    steps = list(script.iterfind(".//{*}userTask"))
    assert {step.get("id") for step in steps} == set(forms)
    for step in steps:
        assert step.get(f"{CAMUNDA}formRefBinding") == "deployment"
        assert step.get(f"{CAMUNDA}formRef") == forms[step.get("id", "")]["id"] == f"{folder.name}_{step.get('id')}"


def test_every_decision_is_there_and_used(folder: Path, script: etree._Element) -> None:
    decisions = {}
    for path in folder.glob("*.dmn"):
        for decision in etree.parse(path).iterfind(".//{*}decision"):
            decisions[decision.get("id")] = path.stem
            assert decision.get(f"{CAMUNDA_DMN}historyTimeToLive")
    tasks = list(script.iterfind(".//{*}businessRuleTask"))
    assert {task.get(f"{CAMUNDA}decisionRef") for task in tasks} == set(decisions)
    assert all(task.get(f"{CAMUNDA}decisionRefBinding") == "deployment" for task in tasks)
    assert all(name == f"{folder.name}_{table}" for name, table in decisions.items())


def test_every_topic_is_declared_and_used_as_declared(script: etree._Element, declarations: Path) -> None:
    caught = defaultdict(set)
    codes = {error.get("id"): error.get("errorCode") for error in script.iterfind("./{*}error")}
    for event in script.iterfind(".//{*}boundaryEvent"):
        for definition in event.iterfind("./{*}errorEventDefinition"):
            caught[event.get("attachedToRef")].add(codes[definition.get("errorRef")])
    for task in script.iterfind(".//{*}serviceTask"):
        assert task.get(f"{CAMUNDA}type") == "external"
        declared = _declared(declarations, task.get(f"{CAMUNDA}topic", ""))
        given = {each.get("name") for each in task.iterfind(".//{*}inputParameter")}
        known = {each["name"] for each in declared["inputs"]}
        assert {each["name"] for each in declared["inputs"] if each.get("required")} <= given <= known
        assert {rule["bpmn_error"] for rule in declared.get("errors", [])} == caught[task.get("id")]


def test_declarations_name_each_other_and_their_system(declarations: Path) -> None:
    names = {path.stem for path in declarations.glob("*.yaml")}
    for name in names:
        declared = _declared(declarations, name)
        assert declared["name"] == name
        members = declared["call"].get("group", {}).get("functions", {})
        assert members or (declarations / "systems" / f"{declared['system']}.yaml").exists()
        assert set(members.values()) <= names
        assert {declared[other] for other in ("confirm", "undo") if other in declared} <= names


def test_every_end_is_told_apart(script: etree._Element) -> None:
    tasks = {task.get("id"): task for task in script.iterfind(".//{*}userTask")}
    before = {flow.get("targetRef"): flow.get("sourceRef") for flow in script.iterfind(".//{*}sequenceFlow")}
    outcomes = []
    for end in script.iterfind(".//{*}endEvent"):
        assert end.get("name")
        parameters = tasks[before[end.get("id")]].iterfind(".//{*}outputParameter")
        outcomes += [each.text for each in parameters if each.get("name") == "outcome"]
        assert end.get("id") == f"end_{outcomes[-1]}"
    assert len(set(outcomes)) == len(outcomes) == len(list(script.iterfind(".//{*}endEvent")))


def test_forms_are_for_this_platform_in_both_languages(forms: dict[str, dict[str, Any]]) -> None:
    for step, form in forms.items():
        assert (form["executionPlatform"], form["executionPlatformVersion"]) == ("Camunda Platform", "7.24.0")
        assert form["schemaVersion"] == 18
        ids = [component["id"] for component in form["components"]]
        assert len(set(ids)) == len(ids)
        assert any(component["type"] == "text" for component in form["components"]), step
        for component in form["components"]:
            wanted = {f"{word}_en" for word in ("text", "label", "description") if word in component}
            wanted |= {f"value_{option['value']}_en" for option in component.get("values", [])}
            if "patternErrorMessage" in component.get("validate", {}):
                wanted.add("pattern_error_message_en")
            own = component["properties"]
            spoken = {name for name in own if name in SPOKEN or name.endswith("_synonyms")}
            wanted |= {"ask_en"} if "ask" in own and own["ask"] != "-" else set()
            assert wanted == set(own) - spoken, (step, component["id"])
            texts = (component.get("text", ""), component.get("properties", {}).get("text_en", ""))
            for text in texts:
                assert re.sub(r"\{\{[a-z_]+\}\}", "", text).count("{") == 0, (step, text)
