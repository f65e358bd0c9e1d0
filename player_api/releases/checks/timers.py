"""Timers that can't be read, and timers that can't fire.

Sources: Camunda 7.24 reference, "Timer Events"; ISO 8601-1:2019, 5.5.2 (durations), 5.6 (repetitions).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from player_api.releases.checks.allowed.expressions import is_literal
from player_api.releases.namespaces import bpmn, camunda
from player_api.releases.rules import Finding, Rule

_DURATION = re.compile(
    r"P(?=.)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?)",
    re.ASCII,
)
_CRON_FIELD = re.compile(r"[0-9A-Za-z*?,/#-]+", re.ASCII)
_KINDS = ("timeDate", "timeDuration", "timeCycle")
_AT_ONCE = frozenset(bpmn(name) for name in ("manualTask", "task", "businessRuleTask"))


def timer_findings(file: str, root: "etree._Element") -> Iterator[Finding]:
    """Say which timers can't be read, lie in the past, or belong to what never waits.

    Args:
        file: name of the diagram's file.
        root: of the diagram.
    """
    for definition in root.iter(bpmn("timerEventDefinition")):
        event = definition.getparent()
        if event is None:
            continue
        if found := _wrong(definition):
            rule, ru, en = found
            yield rule.at(file, event.get("id"), ru, en)
        if event.tag == bpmn("boundaryEvent") and _never_waits(event):
            yield Rule.TIMER_IDLE.at(
                file,
                event.get("id"),
                "таймер не сработает: его элемент выполняется сразу и ничего не ждёт",
                "the timer never fires: its element is done at once and waits for nothing",
            )


def _wrong(definition: "etree._Element") -> tuple[Rule, str, str] | None:
    given = [(kind, node) for kind in _KINDS if (node := definition.find(bpmn(kind))) is not None]
    texts = [(kind, "".join(map(str, node.itertext())).strip()) for kind, node in given]
    if [bool(text) for _, text in texts].count(True) != 1:
        return (
            Rule.TIMER,
            "таймеру нужно ровно одно: дата, длительность или повторение",
            "a timer needs exactly one of a date, a duration and a cycle",
        )
    kind, text = next((kind, text) for kind, text in texts if text)
    if not is_literal(text):
        return None
    if kind == "timeDuration" and not _DURATION.fullmatch(text):
        return (
            Rule.TIMER,
            f"{text!r} — не длительность; примеры: PT30S, PT15M, P1D",
            f"{text!r} is no duration; examples are PT30S, PT15M, P1D",
        )
    if kind == "timeCycle" and not _is_cycle(text):
        return (
            Rule.TIMER,
            f"{text!r} — не повторение; примеры: R3/PT10M, 0 0 9 * * ?",
            f"{text!r} is no cycle; examples are R3/PT10M, 0 0 9 * * ?",
        )
    if kind == "timeDate":
        return _wrong_date(text)
    return None


def _wrong_date(text: str) -> tuple[Rule, str, str] | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return (
            Rule.TIMER,
            f"{text!r} — не дата; пример: 2027-03-01T09:00:00+03:00",
            f"{text!r} is no date; an example is 2027-03-01T09:00:00+03:00",
        )
    if moment.astimezone(UTC) < datetime.now(UTC):
        return (
            Rule.TIMER_PAST,
            f"{text} уже прошло: таймер сработает сразу",
            f"{text} has passed: the timer fires at once",
        )
    return None


def _is_cycle(text: str) -> bool:
    repeated, *parts = text.split("/")
    if re.fullmatch(r"R\d*", repeated):
        durations = [part for part in parts if _DURATION.fullmatch(part)]
        return len(durations) == 1 and len(parts) <= 2
    fields = text.split()
    return len(fields) in {6, 7} and all(map(_CRON_FIELD.fullmatch, fields))


def _never_waits(event: "etree._Element") -> bool:
    scope = event.getparent()
    if scope is None:
        return False
    host = next((node for node in scope if node.get("id") == event.get("attachedToRef")), None)
    return (
        host is not None
        and host.tag in _AT_ONCE
        and not any(part.get(camunda("type")) == "external" for part in host.iter())
        and host.find(bpmn("multiInstanceLoopCharacteristics")) is None
    )
