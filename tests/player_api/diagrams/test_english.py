"""English texts beside the others, in extension properties."""

import pytest

from player_api.diagrams.diagram import English, parse_diagram

BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


def noted(**properties: str) -> str:
    inner = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    return f"<extensionElements><camunda:properties>{inner}</camunda:properties></extensionElements>"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"name_en": "Ask", "hint_en": "Take your time"}, English("Ask", "Take your time")),
        ({"name_en": " Ask "}, English("Ask", None)),
        ({"hint_en": "Costs $5 {really}"}, English(None, "Costs $5 {really}")),
        ({"name_en": "Ask ${who}", "hint_en": "#{why}"}, None),
        ({"name_en": "", "other": "x"}, None),
        ({}, None),
    ],
)
def test_names_and_hints_are_read_and_expressions_are_left_alone(
    properties: dict[str, str], expected: English | None
) -> None:
    task = f'<userTask id="ask">{noted(**properties)}</userTask><userTask id="plain"/>'
    xml = f'<definitions {BPMN}><process id="p">{noted(name_en="Whole")}{task}</process></definitions>'
    english = parse_diagram(xml.encode(), "p").english
    assert english.get("ask") == expected
    assert "plain" not in english
