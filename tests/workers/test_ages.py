"""What a worker reports of outputs that are older than they should be."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.outcome import Ending, Failed, Refused, Succeeded
from tests.workers.tasks import task
from workers.ages import with_age

NOW = datetime(2026, 11, 26, 12, 4, tzinfo=UTC)
NAME = "stale.billing.get_balance"
NOTE = {"as_of": "2026-11-26T11:04:00+00:00", "outputs": ["balance"]}
FRESH = Succeeded({"balance": 5})
OLD = Succeeded({"balance": 5}, timedelta(hours=1))


@pytest.mark.parametrize(
    ("known", "ending", "outputs"),
    [
        ({}, FRESH, {"balance": 5}),
        ({}, OLD, {"balance": 5, NAME: NOTE}),
        ({NAME: NOTE}, FRESH, {"balance": 5, NAME: None}),
        ({NAME: None}, FRESH, {"balance": 5}),
    ],
)
def test_the_age_is_told_with_the_outputs_and_taken_back_by_fresh_ones(
    known: dict[str, object], ending: Ending, outputs: dict[str, object]
) -> None:
    reported = with_age(task(**known), ending, NOW)  # type: ignore[arg-type]
    assert isinstance(reported, Succeeded)
    assert reported.outputs == outputs


@pytest.mark.parametrize("ending", [Refused("NO", {}), Failed("timeout", "m", may_pass=True)])
def test_what_has_no_outputs_has_no_age(ending: Ending) -> None:
    assert with_age(task(), ending, NOW) is ending
