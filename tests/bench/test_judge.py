"""The judge finds what is wrong, and nothing else."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bench.replay.judge import Judge, LoggedCall
from bench.replay.operator import Shown, Walked
from bench.replay.policies import Promise
from bench.replay.workload import Walk

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
READ = Promise("billing.read", "GET", "/accounts/{account}", True, {}, MINUTE, HOUR, frozenset())
PAY = Promise("billing.pay", "POST", "/payments", False, {}, None, None, frozenset({"billing.read"}))
GROUP = Promise("support.all", "", None, True, {}, MINUTE, None, frozenset())
"""Leaves no record of its own in any system."""
FIRST, SECOND = "replay-1", "replay-2"


def call(second: float, promise: Promise = READ, correlation_id: str = FIRST, **other: Any) -> LoggedCall:
    """An honest call that took half a second."""
    given = {"status": 200 if promise.is_read else 201, "fault": None, "key": None, "milliseconds": 500, **other}
    at = NOON + timedelta(seconds=second)
    return LoggedCall(at=at, method=promise.method, path=promise.path or "", correlation_id=correlation_id, **given)


def ran(second: float, source: str = "call", promise: Promise = READ, **other: Any) -> dict[str, Any]:
    """An event of a session's history."""
    data = {
        "function": promise.function,
        "source": source,
        "outcome": "succeeded",
        "started": (NOON + timedelta(seconds=second)).isoformat(),
        "duration_ms": 10,
        "attempts": 1,
        "purpose": "task",
        **other,
    }
    return {"type": "function_called", "data": data}


def walked(number: int, *history: dict[str, Any], shown: tuple[Shown, ...] = ()) -> Walked:
    walk = Walk(
        number=number, script="s", channel="crm", account="7", known=True, variables={}, answers={}, thinking=[]
    )
    return Walked(walk, f"replay-{number}", "id", "ended", history=list(history), shown=list(shown))


@dataclass(frozen=True)
class Case:
    """What was recorded by the systems, what the two sessions of one customer say, and what is wrong about it."""

    calls: list[LoggedCall]
    first: list[dict[str, Any]]
    second: list[dict[str, Any]] = field(default_factory=list)
    wrong: str | None = None


CASES = {
    "called just now": Case([call(0)], [ran(0, duration_ms=510)]),
    "kept for less than its time": Case([call(0)], [ran(0)], [ran(50, "cache")]),
    "kept for longer than its time": Case(
        [call(0)], [ran(0)], [ran(70, "cache")], "answer of billing.read was 0:01:09"
    ),
    "stale within its time": Case([call(0)], [ran(0)], [ran(3000, "stale")]),
    "a group's kept answer": Case([], [ran(0, promise=GROUP)], [ran(50, "cache", GROUP)]),
    "a group's that was kept too long": Case(
        [], [ran(0, promise=GROUP)], [ran(70, "cache", GROUP)], "answer of support.all was 0:01:10"
    ),
    "a group's from nowhere": Case([], [], [ran(10, "cache", GROUP)], "came from no call"),
    "too stale": Case([call(0)], [ran(0)], [ran(4000, "stale")], "was 1:06:39"),
    "from nowhere": Case([], [], [ran(10, "cache")], "came from no call"),
    "only asked by another system's path": Case(
        [call(0, PAY)], [ran(0, promise=PAY)], [ran(5, "cache")], "from no call"
    ),
    "kept although the answer was a fault": Case(
        [call(0, fault="503", status=503)], [], [ran(9, "cache")], "from no call"
    ),
    "made untrue by a payment": Case(
        [call(0), call(5, PAY)], [ran(0), ran(5, promise=PAY)], [ran(20, "cache")], "made untrue"
    ),
    "asked again after a payment": Case(
        [call(0), call(5, PAY), call(10, correlation_id=SECOND)],
        [ran(0), ran(5, promise=PAY)],
        [ran(10), ran(20, "cache")],
    ),
    "a payment that was refused changes nothing": Case(
        [call(0), call(5, PAY, status=409)], [ran(0)], [ran(20, "cache")]
    ),
    "paid twice": Case([call(5, PAY), call(7, PAY)], [ran(5, promise=PAY)], wrong="was done 2 times"),
    "repeated under the same key": Case([call(5, PAY), call(7, PAY, status=200)], [ran(5, promise=PAY)]),
    "said to be paid": Case([call(5, PAY, status=503, fault="503")], [ran(5, promise=PAY)], wrong="and is not"),
    "a failure promises nothing": Case([], [ran(5, "cache", outcome="failed"), ran(6, promise=PAY, outcome="failed")]),
    "a prefetch is no answer yet": Case([], [ran(5, "cache", purpose="prefetch")]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_recorded_calls(case: Case) -> None:
    sessions = [walked(1, *case.first), walked(2, *case.second)]
    found = Judge([READ, PAY, GROUP], case.calls, {}).wrong(sessions)
    if case.wrong is None:
        assert found == []
    else:
        assert len(found) == 1
        assert case.wrong in found[0]


@pytest.mark.parametrize(
    ("shown", "source", "is_wrong"),
    [
        ({"debt": 5}, "call", False),
        ({"debt": 6}, "call", True),
        ({"debt": None}, "call", False),
        ({"other": 1}, "call", False),
        ({"debt": 0}, "value", False),
        ({"debt": 0}, "call", True),
        ({"debt": 6}, "value", True),
    ],
)
def test_what_was_shown(shown: dict[str, Any], source: str, is_wrong: bool) -> None:
    session = walked(1, ran(0, source), shown=(Shown("tell_debt", shown, NOON),))
    read = replace(READ, instead={"debt": 0})
    found = Judge([read], [call(0)], {"7": {"debt": 5}}).wrong([session])
    assert bool(found) == is_wrong
