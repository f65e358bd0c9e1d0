from datetime import UTC, datetime, timedelta

import pytest

from functions.staleness import Stale, variable_of

NOON = datetime(2026, 11, 26, 12, 4, tzinfo=UTC)


def test_what_is_written_is_read_the_oldest_first() -> None:
    newer = Stale("billing.get_balance", ["balance"], NOON)
    older = Stale("inventory.find_line", ["line", "port"], NOON - timedelta(hours=1))
    assert Stale.among({**newer.variable(), "balance": 5, **older.variable()}) == [older, newer]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        {"as_of": "yesterday", "outputs": []},
        {"as_of": NOON.isoformat()},
        {"as_of": 5, "outputs": []},
        {"as_of": NOON.isoformat(), "outputs": "balance"},
    ],
)
def test_what_is_not_written_so_is_left_out(value: object) -> None:
    assert Stale.among({variable_of("billing.get_balance"): value}) == []


def test_a_time_without_a_zone_is_universal() -> None:
    written = {"as_of": "2026-11-26T12:04:00", "outputs": ["balance"]}
    assert Stale.among({variable_of("a.b"): written}) == [Stale("a.b", ["balance"], NOON)]
