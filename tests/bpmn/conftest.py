"""The scripts that the tests look at: every folder of bpmn/."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("bpmn/*/script.bpmn"))


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture
def script(folder: Path) -> etree._Element:
    return etree.parse(folder / "script.bpmn", etree.XMLParser(resolve_entities=False)).getroot()


@pytest.fixture
def declarations() -> Path:
    return ROOT / "functions" / "declared"


@pytest.fixture
def forms(folder: Path) -> dict[str, dict[str, Any]]:
    """Forms by the key of the step they belong to."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.form")}
