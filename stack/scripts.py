"""Which of the customer scripts people and bots start."""

import re
from pathlib import Path

_PART = re.compile(r"<bpmn:process [^>]*camunda:isStartableInTasklist=\"false\"")
"""Camunda 7, "User Guide", "Startable in Tasklist": a process that is only called."""


def started_alone(folder: Path) -> list[Path]:
    """Folders of the scripts that are published; those that are only called are part of others' releases."""
    scripts = sorted(folder.glob("*/script.bpmn"))
    return [script.parent for script in scripts if not _PART.search(script.read_text(encoding="utf-8"))]
