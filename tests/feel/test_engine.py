"""The table of cases in Camunda's own FEEL engine: a condition means the same at a gateway and in a function."""

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from stack.running import Running

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
DIFFERS: dict[str, Any] = dict(TABLE["engine_differs"])
CASES: list[tuple[str, Any]] = [tuple(case) for case in [*TABLE["plain"], *TABLE["full"]]]
DECISION = """
<decision id="case_{number}" name="case" camunda:historyTimeToLive="P1D"><variable id="value_{number}" name="value"/>
  <literalExpression id="text_{number}" expressionLanguage="feel"><text>{text}</text></literalExpression>
</decision>"""
DEFINITIONS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
  id="feel_cases" name="cases" namespace="http://camunda.org/schema/1.0/dmn">{decisions}</definitions>"""


@pytest.fixture(scope="module")
def rest(stack: Running) -> Iterator[httpx.Client]:
    """Camunda's REST API, with a decision for each case deployed."""
    login = stack.credentials.engine
    decisions = "".join(
        DECISION.format(number=number, text=html.escape(expression)) for number, (expression, _) in enumerate(CASES)
    )
    file = ("cases.dmn", DEFINITIONS.format(decisions=decisions).encode())
    with httpx.Client(base_url=stack.urls["engine"], auth=(login.user, login.password), timeout=60) as rest:
        made = rest.post("/deployment/create", data={"deployment-name": "cases"}, files={"cases.dmn": file})
        made.raise_for_status()
        yield rest
        rest.delete(f"/deployment/{made.json()['id']}", params={"cascade": "true"}).raise_for_status()


def _variables() -> dict[str, Any]:
    return {
        name: {"type": "Json", "value": json.dumps(value)} if isinstance(value, dict) else {"value": value}
        for name, value in TABLE["context"].items()
    }


def _value(answer: Any) -> Any:
    value = answer[0].get("value") if answer else None
    if value is None:
        return None
    return json.loads(value["value"]) if value["type"] in {"Object", "Json"} else value["value"]


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=[expression for expression, _ in CASES])
def test_the_engine_agrees_or_is_known_not_to(rest: httpx.Client, number: int, case: tuple[str, Any]) -> None:
    expression, value = case
    response = rest.post(f"/decision-definition/key/case_{number}/evaluate", json={"variables": _variables()})
    assert response.status_code == 200, response.text
    assert _value(response.json()) == DIFFERS.get(expression, value)


def test_what_is_said_to_differ_is_in_the_table_and_does() -> None:
    values = dict(CASES)
    assert {expression for expression in DIFFERS if values[expression] != DIFFERS[expression]} == set(DIFFERS)
