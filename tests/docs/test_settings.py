"""The tables of docs/architecture.md against the code that they describe."""

import re

from pydantic import SecretStr

from engine.__main__ import _Provision
from runtime.settings import Settings
from stack.folder import ROOT
from store.journal import EventType
from tests.docs.pages import rows, tracked

PAGE = ROOT / "docs" / "architecture.md"
PREFIX = "SCRIPT_MANAGER_"
NO_SETTING = {"SCRIPT_MANAGER_SYSTEM_<NAME>_URL"}
"""Documented beside the settings, read elsewhere."""


def documented() -> dict[str, str]:
    return {row[0]: row[1] for row in rows(PAGE, "variable")}


def expected() -> dict[str, str]:
    """Every variable with its default as an administrator would write it; empty where there is none."""
    fields = {**_Provision.model_fields, **Settings.model_fields}
    return {
        PREFIX + name.upper(): "" if field.is_required() or field.default is None else _written(field.default)
        for name, field in fields.items()
    }


def _written(default: object) -> str:
    return default.get_secret_value() if isinstance(default, SecretStr) else str(default)


def test_every_setting_is_documented_with_its_default() -> None:
    said = documented()
    assert {name: said.get(name) for name in expected()} == expected()


def test_nothing_is_documented_that_is_no_setting() -> None:
    assert set(documented()) - set(expected()) == NO_SETTING


def test_every_variable_that_any_file_names_is_documented() -> None:
    known = set(documented())
    code = [path for path in tracked() if path.suffix in {".py", ".yml", ".yaml"} and "tests" not in path.parts]
    named = {match for path in code for match in re.findall(rf"\b{PREFIX}[A-Z_]+\b", path.read_text())}
    systems = {name for name in named if re.fullmatch(rf"{PREFIX}SYSTEM_\w*", name)}
    assert named - systems - known - {PREFIX} == set()


def test_every_event_of_the_journal_is_described() -> None:
    assert sorted(row[0] for row in rows(PAGE, "event")) == sorted(EventType)
