"""What calls took, and what saved how much."""

import pytest

from bench.calls.results import Call, Tried, figures
from bench.calls.run import SCRIPT, calls_of_support


def call(number: int, seconds: float, *, state: str = "ended", groups: int = 1) -> Call:
    return Call(number, state, ("ask",), seconds, seconds / 10, groups)


TRIED = [Tried(1.0, 3.0), Tried(2.0, 3.0)]


def test_each_mechanism_has_what_it_takes_off_the_one_before() -> None:
    found = figures(
        {
            "nothing": [call(1, 100, groups=2), call(2, 200, groups=2)],
            "cache": [call(1, 90), call(2, 180)],
            "prefetch": [call(2, 170), call(1, 84)],
        },
        TRIED,
    )
    assert found.saved == {"parallel": 3.0, "cache": 15.0, "prefetch": 8.0, "all": 26.0}
    assert (found.spreads["nothing"].mean, found.spreads["nothing"].waiting) == (150, 15)
    assert (found.compared, found.left_out) == (2, 0)


def test_only_calls_that_ended_everywhere_are_compared() -> None:
    calls = {
        "nothing": [call(1, 100), call(2, 100), call(3, 900, state="cancelled")],
        "cache": [call(1, 90), call(2, 90), call(3, 90)],
        "prefetch": [call(1, 80), call(2, 80), call(3, 80)],
    }
    found = figures(calls, TRIED)
    assert (found.compared, found.left_out, found.spreads["prefetch"].mean) == (2, 1, 80)
    with pytest.raises(ValueError, match="too few calls"):
        figures({name: made[:1] for name, made in calls.items()}, TRIED)


def test_the_calls_are_the_same_each_time_and_each_of_another_customer() -> None:
    walks = calls_of_support(40)
    assert [walk.number for walk in walks] == [walk.number for walk in calls_of_support(40)]
    assert len({walk.account for walk in walks}) == 40
    assert {walk.script for walk in walks} == {SCRIPT}
