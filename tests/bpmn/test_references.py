"""Whatever a script refers to is there, and whatever is in its folder is used."""

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
CAMUNDA_DMN = "{http://camunda.org/schema/1.0/dmn}"
TASKS = (".//{*}userTask", ".//{*}serviceTask", ".//{*}businessRuleTask", ".//{*}callActivity")
FOR_PLAYERS = {"optionsFunction"}
"""Custom properties of a field that are neither texts nor spoken."""
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
    manual = {name for name in forms if name.startswith("manual_")}
    assert {step.get("id") for step in steps} == set(forms) - manual
    for step in steps:
        assert step.get(f"{CAMUNDA}formRefBinding") == "deployment"
        assert step.get(f"{CAMUNDA}formRef") == forms[step.get("id", "")]["id"] == f"{folder.name}_{step.get('id')}"


def test_forms_for_manual_entry_belong_to_a_function(forms: dict[str, dict[str, Any]], declarations: Path) -> None:
    declared = [_declared(declarations, path.stem) for path in declarations.glob("*.yaml")]
    manual = {each["fallback"]["manual"]: each for each in declared if "manual" in each.get("fallback", {})}
    for name in (name for name in forms if name.startswith("manual_")):
        fields = {component.get("key") for component in forms[name]["components"]} - {None}
        assert fields == set(manual[f"{name}.form"]["outputs"])


def test_every_called_script_is_there(called: dict[str, Path], script: etree._Element) -> None:
    for call in script.iterfind(".//{*}callActivity"):
        assert call.get(f"{CAMUNDA}calledElementBinding") == "deployment"
    assert all((folder / "script.bpmn").exists() for folder in called.values())


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
        # A code that one function of the script has told is not met again with the next.
        thrown = {rule["bpmn_error"] for rule in declared.get("errors", [])}
        assert caught[task.get("id")] <= thrown <= set(codes.values())


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
    nodes = {node.get("id"): node for node in script.iterfind("./{*}process/*")}
    before = {flow.get("targetRef"): flow for flow in script.iterfind(".//{*}sequenceFlow")}
    ends = list(script.iterfind(".//{*}endEvent"))
    (process,) = script.iterfind("./{*}process")
    is_given = "outcome" in _properties(process).get("variables", "").split(", ")
    for end in ends:
        assert end.get("name")
        last = nodes[before[end.get("id")].get("sourceRef")]
        if is_given or last.find(".//{*}out[@variables='all']") is not None:
            continue  # the outcome is a caller's, or a called script's
        assert end.get("id") == f"end_{_outcome(end.get('id'), nodes, before)}"
    assert len({end.get("id") for end in ends}) == len(ends)


def _outcome(node: str | None, nodes: Mapping[Any, etree._Element], before: Mapping[Any, etree._Element]) -> str | None:
    """The outcome with which a node is reached: set by a step, or what the step was answered with."""
    flow = before[node]
    if answered := re.fullmatch(r'outcome = "(\w+)"', flow.findtext("./{*}conditionExpression") or ""):
        return answered[1]
    for given in nodes[flow.get("sourceRef")].iterfind(".//{*}outputParameter"):
        if given.get("name") == "outcome":
            return given.text
    return _outcome(flow.get("sourceRef"), nodes, before)


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
            assert wanted == set(own) - spoken - FOR_PLAYERS, (step, component["id"])
            texts = (component.get("text", ""), component.get("properties", {}).get("text_en", ""))
            for text in texts:
                assert re.sub(r"\{\{[a-z_]+\}\}", "", text).count("{") == 0, (step, text)
