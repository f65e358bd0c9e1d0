"""The published JSON Schemas: those of the models, and good for the declarations that are shipped."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from functions.publication.__main__ import main
from functions.publication.schemas import json_schemas
from tests.functions.declared import FUNCTION, SYSTEM, source

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "docs" / "schemas"
DECLARED = ROOT / "functions" / "declared"
MODELINE = "# yaml-language-server: $schema="
WRONG: dict[str, dict[str, Any]] = {
    "no title": {"title": None},
    "no such field": {"colour": "red"},
    "another effect": {"effect": "reed"},
    "no duration": {"deadline": "soon"},
    "a duration without a unit": {"deadline": 5},
    "no range": {"retry": {"backoff": "1s"}},
    "no cause": {"retry": {"on": ["sometimes"]}},
    "two protocols": {"call": {"http": {"method": "GET", "path": "/"}, "python": {"plugin": "some"}}},
    "no protocol": {"call": {}},
    "another address": {"call": {"http": {"method": "GET", "path": "http://elsewhere/"}}},
    "two fallbacks": {"fallback": {"stale": "1h", "manual": "balance.form"}},
    "no name of a variable": {"outputs": {"a b": "response.a"}},
    "no type": {"inputs": [{"name": "account", "type": "text"}]},
}
RIGHT: dict[str, dict[str, Any]] = {
    "as it is": {},
    "both ways of an output": {"outputs": {"a": "response.a", "b": {"value": "response.b", "required": True}}},
    "everything": {
        "retry": {"attempts": 3, "on": ["timeout", 503], "backoff": "100ms..1.5s"},
        "cache": {"ttl": "1m", "scope": "customer"},
        "fallback": {"value": {"balance": None}},
        "invalidates": ["billing.other"],
    },
}


def refused(schema: str, *files: Path) -> set[Path]:
    """The files in which check-jsonschema finds something."""
    command = [sys.executable, "-m", "check_jsonschema", "-o", "json", "--schemafile", str(PUBLISHED / schema)]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    assert found.get("parse_errors", []) == []
    return {Path(error["filename"]) for error in found.get("errors", [])}


@pytest.mark.parametrize("name", json_schemas())
def test_the_published_schema_is_that_of_the_model(name: str) -> None:
    assert (PUBLISHED / name).read_text(encoding="utf-8") == json_schemas()[name], (
        "run python -m functions.publication schemas"
    )


def test_nothing_else_is_published(tmp_path: Path) -> None:
    assert main(["schemas", str(tmp_path / "new")]) == 0
    assert {file.name for file in (tmp_path / "new").iterdir()} == {file.name for file in PUBLISHED.iterdir()}


@pytest.mark.parametrize(("schema", "pattern"), [("function", "*.yaml"), ("system", "systems/*.yaml")])
def test_shipped_declarations_hold_to_it_and_name_it(schema: str, pattern: str) -> None:
    files = list(DECLARED.glob(pattern))
    assert files
    assert refused(f"{schema}.schema.json", *files) == set()
    for file in files:
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        assert first.startswith(MODELINE)
        assert (file.parent / first.removeprefix(MODELINE)).resolve() == PUBLISHED / f"{schema}.schema.json"


def test_what_a_file_may_not_hold_is_refused(tmp_path: Path) -> None:
    for name, fields in {**WRONG, **RIGHT}.items():
        (tmp_path / f"{name}.yaml").write_text(source(FUNCTION, **fields).text, encoding="utf-8")
    found = refused("function.schema.json", *tmp_path.iterdir())
    assert {file.stem for file in found} == set(WRONG)


def test_a_system_keeps_no_secrets(tmp_path: Path) -> None:
    system = yaml.safe_load(SYSTEM)
    for name, value in {"right": {"env": "BILLING_TOKEN"}, "wrong": "s3cret"}.items():
        document = {**system, "credentials": {"bearer": value}}
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    assert refused("system.schema.json", *tmp_path.iterdir()) == {tmp_path / "wrong.yaml"}
