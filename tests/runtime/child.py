"""Small programs that use ``runtime`` as the processes of the product do."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SETTINGS = {"SCRIPT_MANAGER_DATABASE_URL": "postgresql://nobody:hidden@127.0.0.1:1/none"}


@dataclass(frozen=True)
class Ended:
    """A program that has ended: its exit status and each line of its standard error as JSON."""

    status: int
    lines: list[dict[str, Any]]


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Our environment with no other settings of the product than ``settings``."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SCRIPT_MANAGER_")}
    return {**inherited, **settings}


def run(code: str, settings: Mapping[str, str] = SETTINGS) -> Ended:
    """Run a program to its end; every line that it says must be a JSON object."""
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment(settings), capture_output=True, timeout=60, check=False
    )
    return Ended(ended.returncode, [json.loads(line) for line in ended.stderr.decode().split("\n") if line])
