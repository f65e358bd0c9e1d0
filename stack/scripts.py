"""Which of the customer scripts people and bots walk: those that no other script calls."""

import re
from pathlib import Path

_CALLED = re.compile(r"calledElement=\"([^\"]+)\"")


def walked_alone(folder: Path) -> list[Path]:
    """Folders of the scripts that are published; what they call is part of their releases."""
    scripts = sorted(folder.glob("*/script.bpmn"))
    called = {key for script in scripts for key in _CALLED.findall(script.read_text(encoding="utf-8"))}
    return [script.parent for script in scripts if script.parent.name not in called]
