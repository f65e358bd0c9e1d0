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
    return read_script(folder)


def read_script(folder: Path) -> etree._Element:
    """The diagram of a script."""
    return etree.parse(folder / "script.bpmn", etree.XMLParser(resolve_entities=False)).getroot()


@pytest.fixture
def called(script: etree._Element) -> dict[str, Path]:
    """Folders of the scripts that a script calls, and those that these call, by key."""
    found: dict[str, Path] = {}
    left = [script]
    while left:
        for call in left.pop().iterfind(".//{*}callActivity"):
            key = call.get("calledElement", "")
            if key not in found:
                found[key] = ROOT / "bpmn" / key
                left.append(read_script(found[key]))
    return found


@pytest.fixture
def declarations() -> Path:
    return ROOT / "functions" / "declared"


@pytest.fixture
def forms(folder: Path) -> dict[str, dict[str, Any]]:
    """Forms by the key of the step they belong to."""
    return read_forms(folder)


@pytest.fixture
def all_forms(forms: dict[str, dict[str, Any]], called: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """The same with those of the scripts that are called."""
    return forms | {step: form for folder in called.values() for step, form in read_forms(folder).items()}


def read_forms(folder: Path) -> dict[str, dict[str, Any]]:
    """The forms of a script."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.form")}
