"""The command that checks, tries, publishes and compares releases, run with a stack's settings."""

from pathlib import Path
from typing import Annotated

import typer

from stack import running
from stack.folder import DEFAULT_DATA, DataFolder
from stack.modules import run_module


def releases(
    arguments: Annotated[
        list[str],
        typer.Argument(metavar="ARGUMENTS", help="check, test or publish FOLDER …, or compare [KEY …] [--repair]"),
    ],
    data: Annotated[Path, typer.Option(help="Data folder of the stack")] = DEFAULT_DATA,
) -> None:
    """Check, try and publish scripts in folders, or compare what the store and the engine hold of releases."""
    raise typer.Exit(run_module(running.find(DataFolder(data.resolve())), "player_api.releases", arguments))
