"""What the import contracts can't say about themselves."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOT_THE_PRODUCT = {"tests", "scripts"}


@pytest.fixture(scope="module")
def settings() -> dict[str, dict[str, list[str]]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        tool: dict[str, dict[str, list[str]]] = tomllib.load(file)["tool"]
        return tool


def test_every_package_is_named_by_the_import_contracts(settings: dict[str, dict[str, list[str]]]) -> None:
    packages = {file.parent.name for file in ROOT.glob("*/*.py") if file.parent.name.isidentifier()}
    packages -= NOT_THE_PRODUCT
    assert packages == set(settings["importlinter"]["root_packages"])
    assert packages == set(settings["mypy"]["packages"]) - NOT_THE_PRODUCT
