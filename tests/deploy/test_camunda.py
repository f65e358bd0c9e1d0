"""Camunda behaves alike in a container and as ./scripts/up starts it."""

import re
from collections.abc import Iterator, Mapping
from inspect import signature
from typing import Any

import pytest
import yaml

from stack.cli import up
from stack.engines import SETTINGS, HistoryLevel
from stack.engines.products import CAMUNDA
from stack.folder import ROOT

CONTAINER = ROOT / "deploy" / "docker" / "camunda.yml"
ALIKE = (
    "camunda.bpm.default-serialization-format",
    "camunda.bpm.generic-properties.properties.enable-exceptions-after-unhandled-bpmn-error",
    "camunda.bpm.generic-properties.properties.history-cleanup-batch-window-start-time",
    "camunda.bpm.generic-properties.properties.history-time-to-live",
    "camunda.bpm.job-execution.max-wait",
    "camunda.bpm.rest-api.fetch-and-lock.unique-worker-request",
)


def flat(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """A YAML document as Spring reads it: names with dots are paths."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from flat(value, f"{path}.{name}" if path else name)
    else:
        yield path, node


@pytest.fixture
def container() -> dict[str, Any]:
    return dict(flat(yaml.safe_load(CONTAINER.read_text())))


@pytest.fixture
def machine() -> dict[str, Any]:
    return dict(flat({CAMUNDA.settings: yaml.safe_load(SETTINGS.read_text())}))


@pytest.mark.parametrize("setting", ALIKE)
def test_engine_settings_are_alike(container: dict[str, Any], machine: dict[str, Any], setting: str) -> None:
    assert container[setting] == machine[setting]


def test_history_is_alike(container: dict[str, Any], machine: dict[str, Any]) -> None:
    assert machine["camunda.bpm.history-level"] == "${HISTORY_LEVEL}"
    assert signature(up).parameters["history_level"].default is HistoryLevel.ACTIVITY
    assert container["camunda.bpm.history-level"] == HistoryLevel.ACTIVITY


def test_rest_asks_for_a_password_in_a_container_too(container: dict[str, Any]) -> None:
    assert container["camunda.bpm.run.auth.enabled"] is True
    assert container["camunda.bpm.run.authentication"] == "basic"
    assert container["camunda.bpm.run.example.enabled"] is False


def test_what_the_container_is_told_is_what_its_file_asks_for() -> None:
    asked = set(re.findall(r"\$\{(\w+)\}", CONTAINER.read_text()))
    told = yaml.safe_load((ROOT / "docker-compose.camunda.yml").read_text())["services"]["camunda"]["environment"]
    assert asked <= set(told)
