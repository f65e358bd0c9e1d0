"""How long nobody may write in a script's sessions, as its process says: ``2h``, or by channel ``2h, bot: 20m``."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from functions.fields import parse_duration
from player_api.releases.namespaces import bpmn, camunda
from player_api.releases.rules import Finding, Rule

PROPERTY = "abandonedAfter"
_RULE = re.compile(r"(?:([A-Za-z_][A-Za-z0-9_.-]*)\s*:)?\s*(\S+)")


def idle_limits(file: str, process: "etree._Element", findings: list[Finding]) -> Mapping[str, float]:
    """Return the limits of a process in seconds, by channel; for every other channel under an empty name."""
    path = f"{bpmn('extensionElements')}/{camunda('properties')}/{camunda('property')}[@name='{PROPERTY}']"
    written = process.find(path)
    if written is None:
        return {}
    try:
        return dict(_read(written.get("value") or ""))
    except ValueError:
        findings.append(
            Rule.ABANDONMENT.at(
                file,
                process.get("id"),
                f"{PROPERTY} — это длительность, например 2h, или длительности по каналам, например 2h, bot: 20m",
                f"{PROPERTY} is a duration such as 2h, or durations by channel such as 2h, bot: 20m",
            )
        )
        return {}


def _read(text: str) -> Iterator[tuple[str, float]]:
    for part in text.split(","):
        match = _RULE.fullmatch(part.strip())
        if match is None:
            raise ValueError(part)
        seconds = parse_duration(match[2]).total_seconds()
        if seconds < 60:
            raise ValueError(part)
        yield match[1] or "", seconds
