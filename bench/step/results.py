"""What the step benchmark measured, and the ratios that it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

OURS, BARE = "script_manager", "bare"


@dataclass(frozen=True, slots=True)
class Case:
    """One situation that is measured.

    Attributes:
        name: as ratios name it.
        title: as a person reads it.
        script: what is walked.
        loaded: whether others work behind it.
    """

    name: str
    title: str
    script: str
    loaded: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds from "Next" to the next step, of one walker in one case."""

    samples: int
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        """Sum up at least two samples."""
        cuts = quantiles(seconds, n=100, method="inclusive")
        return cls(len(seconds), median(seconds) * 1000, cuts[94] * 1000, cuts[98] * 1000)


def ratios(spreads: Mapping[tuple[str, str], Spread]) -> dict[str, float]:
    """Ours divided by bare, at the 95th percentile.

    Args:
        spreads: by case and walker.
    """
    cases = dict.fromkeys(case for case, _ in spreads)
    return {f"p95_{case}_vs_bare": round(spreads[case, OURS].p95 / spreads[case, BARE].p95, 3) for case in cases}


def requery_share(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Of the waits that a next step ended, the share that a notification did not end.

    Args:
        before: the facade's counts of waits, by what ended them.
        after: the same, later.
    """
    grown = {end: after.get(end, 0.0) - before.get(end, 0.0) for end in ("notification", "requery")}
    total = sum(grown.values())
    return round(grown["requery"] / total, 4) if total else 0.0
