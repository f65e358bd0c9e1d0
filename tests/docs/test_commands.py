"""Every command that a page names exists, with the options and files it is given."""

import importlib.util
import os
import re
import shlex
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from stack import ports
from stack.cli import app
from stack.folder import ROOT
from tests.docs.pages import commands, name, pages

CHECKED = [
    "README.md",
    "README.ru.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/api.md",
    "docs/conversations.md",
    "docs/engines.md",
    "docs/first-script.md",
    "docs/first-script.ru.md",
]
_SCRIPT = re.compile(r"^(?:time )?(\./scripts/[\w-]+)(.*)$")
_MODULE = re.compile(r"python -m ([\w.]+)")
_PATH = re.compile(r"^(?:[\w.-]+/)+[\w.-]*$")


def options_of(script: str) -> set[str] | None:
    """The options that a program in scripts/ takes; None where they are not ours to know."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    command = group.commands.get(script)
    if command is None:
        return None
    return {option for parameter in command.params for option in parameter.opts} | {"--help"}


@pytest.mark.parametrize("page", [page for page in pages() if name(page) in CHECKED], ids=name)
def test_programs_in_scripts_exist_and_take_these_options(page: Path) -> None:
    named = [match for command in commands(page) if (match := _SCRIPT.match(command))]
    wrong = []
    for match in named:
        program = ROOT / match[1]
        known = options_of(program.name)
        given = [word.partition("=")[0] for word in shlex.split(match[2], comments=True) if word.startswith("--")]
        if not os.access(program, os.X_OK) or (known is not None and not set(given) <= known):
            wrong.append(match[0])
    assert wrong == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_modules_that_are_to_be_run_exist(page: Path) -> None:
    modules = [module for command in commands(page) for module in _MODULE.findall(command)]
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []


@pytest.mark.parametrize("page", [page for page in pages() if name(page) in CHECKED], ids=name)
def test_files_and_folders_that_are_named_exist(page: Path) -> None:
    made = ("var/", ".venv/", "~/")
    paths = {word for command in commands(page) if _PATH.match(word := command.strip()) and not word.startswith(made)}
    outside = {"Europe/Moscow", "application/problem+json"}
    assert sorted(path for path in paths - outside if not (ROOT / path).exists()) == []


def test_readme_names_every_usual_port() -> None:
    text = (ROOT / "README.md").read_text()
    assert [part for part, port in ports.DEFAULTS.items() if str(port) not in text] == []
