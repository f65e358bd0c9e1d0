"""Timers that can't be read or can't fire."""

import pytest

from player_api.releases.checks.timers import timer_findings
from tests.player_api.releases.checks.diagrams import read


def timer(inside: str, host: str = "userTask") -> str:
    event = f'<boundaryEvent id="late" attachedToRef="t"><timerEventDefinition>{inside}</timerEventDefinition>'
    return f'<{host} id="t"/>{event}</boundaryEvent>'


def of(kind: str, text: str) -> str:
    return timer(f"<{kind}>{text}</{kind}>")


@pytest.mark.parametrize(
    ("inside", "rules"),
    [
        *((of("timeDuration", text), []) for text in ("PT30S", " P1D ", "P1Y2M3DT4H5M6.5S", "P2W", "${lifetime}")),
        *((of("timeDuration", text), ["timer"]) for text in ("", "30s", "P", "PT", "P1H", "1 day", "P1DT")),
        *((of("timeCycle", text), []) for text in ("R3/PT10M", "R/PT1H", "R2/2027-01-01T09:00/P1D", "0 0 9 * * ?")),
        *((of("timeCycle", text), ["timer"]) for text in ("PT10M", "R3", "every day", "0 0 9 * *", "R3/2027-01-01")),
        (of("timeDate", "2999-01-01T09:00:00+03:00"), []),
        (of("timeDate", "2999-01-01"), []),
        (of("timeDate", "01.02.2027"), ["timer"]),
        (of("timeDate", "2020-01-01T09:00:00Z"), ["timer-past"]),
        (timer(""), ["timer"]),
        (timer("<timeDate>2999-01-01</timeDate><timeDuration>PT1S</timeDuration>"), ["timer"]),
        (timer("<timeDuration>PT1S</timeDuration>", "manualTask"), ["timer-idle"]),
        (timer("<timeDuration>PT1S</timeDuration>", "callActivity"), []),
    ],
)
def test_timers(inside: str, rules: list[str]) -> None:
    found = list(timer_findings("f", read(inside)))
    assert [each.rule.value for each in found] == rules
    assert {each.element for each in found} <= {"late"}
