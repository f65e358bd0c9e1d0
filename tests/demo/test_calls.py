"""The record keeps the last calls and their numbers."""

from datetime import UTC, datetime

import pytest

from demo.calls import Call, CallLog

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def call(status: int) -> Call:
    return Call(NOW, "GET", "/", None, None, status, None, 1.0)


@pytest.mark.parametrize(
    ("after", "limit", "numbers"),
    [
        (0, 10, [3, 4, 5]),  # 1 and 2 gave way
        (3, 10, [4, 5]),
        (2, 2, [3, 4]),
        (5, 10, []),
        (9, 10, []),
    ],
)
def test_after(after: int, limit: int, numbers: list[int]) -> None:
    log = CallLog(NOW, keep=3)
    for status in range(1, 6):
        log.add(call(status))
    assert log.total == 5
    assert [(number, each.status) for number, each in log.after(after, limit)] == [(each, each) for each in numbers]


def test_empty() -> None:
    assert CallLog(NOW).after(0, 10) == []
