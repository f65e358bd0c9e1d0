"""Medians and ratios of both benchmarks."""

from datetime import UTC, datetime, timedelta

import pytest

from bench.replay import results as replay
from bench.replay.judge import LoggedCall
from bench.workers.contenders import SLOW, TRIVIAL, Work
from bench.workers.results import Measurement, medians, ratios
from tests.bench.test_judge import READ, call, ran, walked

BEGAN = datetime(2026, 11, 23, tzinfo=UTC)


def measured(contender: str, work: Work, *rounds: tuple[float, float]) -> list[Measurement]:
    return [Measurement(contender, work.name, 1000, per_second, cpu) for per_second, cpu in rounds]


def test_a_measurement_goes_from_the_first_to_the_last_completion() -> None:
    completed = [BEGAN + timedelta(seconds=second) for second in (0, 1, 2, 4)]
    measurement = Measurement.of("ours", TRIVIAL, completed, cpu_seconds=0.002)
    assert measurement == Measurement("ours", "trivial", 4, 0.75, 0.5)


def test_ratios_are_named_as_the_acceptance_names_them() -> None:
    every = [
        measurement
        for work, factor in ((TRIVIAL, 1.0), (SLOW, 2.0))
        for measurement in [
            *measured("script_manager", work, (400, 0.5), (100 * factor, 0.4), (90, 0.3)),
            *measured("bare_loop", work, (200, 0.1)),
            *measured("javascript", work, (50, 0.8)),
            *measured("java", work, (25, 2.0)),
            *measured("stock_python", work, (5, 40)),
        ]
    ]
    assert ratios(medians(every)) == {
        "vs_bare_loop": 0.5,
        "vs_javascript": 2.0,
        "vs_java": 4.0,
        "vs_stock_python": 20.0,
        "cpu_vs_javascript": 0.5,
        "vs_bare_loop_200ms": 1.0,
        "vs_javascript_200ms": 4.0,
        "vs_java_200ms": 8.0,
        "vs_stock_python_200ms": 40.0,
        "cpu_vs_javascript_200ms": 0.5,
    }


def replayed(waits: list[float], calls: int, wrong: list[str] | None = None) -> replay.Figures:
    session = walked(1)
    session.waits = waits
    logged: list[LoggedCall] = [call(second) for second in range(calls)]
    return replay.figures([session], logged, wrong or [])


def test_a_replay_is_summed_up() -> None:
    figures = replayed([0.5, 1.5, 4.0], 3, ["wrong"])
    assert (figures.sessions, figures.states, figures.waiting, figures.calls) == (1, {"ended": 1}, 6.0, 3)
    assert figures.typical == pytest.approx(1.5)
    assert replay.ratios(replayed([9.0, 9.0], 6), figures) == {
        "waiting_saved": 3.0,
        "calls_saved": 2.0,
        "wrong_answers": 1,
    }


def test_answers_are_told_apart_by_how_they_came() -> None:
    session = walked(
        1,
        ran(0, outcome="failed", attempts=2),
        ran(1, purpose="prefetch"),
        ran(9, "cache", attempts=0),
        ran(10, attempts=3),
    )
    other = walked(2, ran(20, "cache", attempts=0))
    session.waits = other.waits = [0.1]
    by_source = replay.figures([session, other], [], []).by_source
    assert {source: (found.runs, found.calls) for source, found in by_source[READ.function].items()} == {
        "failed": (1, 2),
        "prefetch": (1, 1),
        "cache, asked ahead": (1, 0),
        "call": (1, 3),
        "cache": (1, 0),
    }
