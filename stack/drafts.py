"""The command that moves scripts between folders and a stack's store, run with the stack's settings."""

from pathlib import Path
from typing import Annotated

import typer

from stack import running
from stack.folder import DEFAULT_DATA, DataFolder
from stack.modules import run_module


def drafts(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="ARGUMENTS",
            help="import FOLDER|ZIP [--keep|--replace], or export [KEY …] --to FOLDER|ZIP [--release N]",
        ),
    ],
    data: Annotated[Path, typer.Option(help="Data folder of the stack")] = DEFAULT_DATA,
) -> None:
    """Bring scripts as folders or zip archives into the store as drafts, or take them out."""
    raise typer.Exit(run_module(running.find(DataFolder(data.resolve())), "player_api.authoring", arguments))
