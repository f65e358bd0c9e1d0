"""The command that moves scripts between folders and a stack's store, run with the stack's settings."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from stack import running
from stack.folder import DEFAULT_DATA, DataFolder


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
    stack = running.find(DataFolder(data.resolve()))
    ended = subprocess.run(  # noqa: S603  our own module
        [sys.executable, "-P", "-m", "player_api.authoring", *arguments],
        env=os.environ | {"SCRIPT_MANAGER_DATABASE_URL": stack.database_url("script_manager")},
        check=False,
    )
    raise typer.Exit(ended.returncode)
