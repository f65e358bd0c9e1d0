"""What the import contracts can't say, about themselves and about the files they look at."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOT_THE_PRODUCT = {"tests", "scripts"}
ROOMLESS = {"common", "helper", "helpers", "manager", "managers", "misc", "service", "services", "util", "utils"}
"""Names that say nothing: code under them has not found its room."""
LONGEST_FILE = 300
"""Lines; a longer file of the product is several things."""


@pytest.fixture(scope="module")
def settings() -> dict[str, dict[str, list[str]]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        tool: dict[str, dict[str, list[str]]] = tomllib.load(file)["tool"]
        return tool


@pytest.fixture(scope="module")
def modules() -> list[Path]:
    """Every Python file, as paths in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [Path(name) for name in names if name and (ROOT / name).exists()]


def test_every_package_is_named_by_the_import_contracts(settings: dict[str, dict[str, list[str]]]) -> None:
    packages = {file.parent.name for file in ROOT.glob("*/*.py") if file.parent.name.isidentifier()}
    packages -= NOT_THE_PRODUCT
    assert packages == set(settings["importlinter"]["root_packages"])
    assert packages == set(settings["mypy"]["packages"]) - NOT_THE_PRODUCT


def test_modules_are_named_for_what_is_in_them(modules: list[Path]) -> None:
    assert [str(path) for path in modules if ROOMLESS & {*path.parent.parts, path.stem}] == []


def test_files_of_the_product_are_short(modules: list[Path]) -> None:
    ours = [path for path in modules if path.parts[0] not in NOT_THE_PRODUCT]
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in ours}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_migrations_are_one_chain() -> None:
    """Two that follow the same one leave the schema without a newest revision, and nothing starts."""
    files = sorted((ROOT / "store" / "migrations" / "versions").glob("*.py"))
    numbers = [file.name[:4] for file in files]
    written = [re.findall(r'^(?:down_)?revision = "?(\w+)"?$', file.read_text(), re.MULTILINE) for file in files]
    assert written == [list(pair) for pair in zip(numbers, ["None", *numbers], strict=False)]
    assert len(set(numbers)) == len(numbers)
