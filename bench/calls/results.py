"""What calls took, and which mechanism saved how much of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, quantiles

GROUP = "support.check_line"
"""The function that asks several systems at once."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was walked.

    Attributes:
        number: of the walk.
        state: how it ended.
        steps: that the operator saw.
        seconds: from its start to its end, thinking included.
        waiting: seconds of these that the operator waited.
        groups: how often several systems were asked at once.
    """

    number: int
    state: str
    steps: tuple[str, ...]
    seconds: float
    waiting: float
    groups: int


@dataclass(frozen=True, slots=True)
class Tried:
    """One run of the group: seconds that it took, and that its calls took together."""

    together: float
    apart: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Handling times in seconds."""

    calls: int
    mean: float
    median: float
    p95: float
    waiting: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What was found.

    Attributes:
        spreads: of each variant (each has one mechanism more than the one before), over the calls that are compared.
        saved: seconds a call by mechanism, on average; ``all`` is their sum.
        compared: calls that ended in every variant.
        left_out: calls that did not.
    """

    spreads: Mapping[str, Spread]
    saved: Mapping[str, float]
    compared: int
    left_out: int


def figures(calls: Mapping[str, Sequence[Call]], tried: Sequence[Tried]) -> Figures:
    """Compare the same calls with each other; those that did not end everywhere are left out.

    Raises:
        ValueError: fewer than two calls ended in every variant, or the group never succeeded.
    """
    by_number = {name: {call.number: call for call in made} for name, made in calls.items()}
    ended = [{number for number, call in made.items() if call.state == "ended"} for made in by_number.values()]
    common = sorted(set.intersection(*ended))
    if len(common) < 2 or not tried:
        raise ValueError("too few calls came to an end to be compared")
    chosen = {name: [made[number] for number in common] for name, made in by_number.items()}
    spreads = {name: _spread(made) for name, made in chosen.items()}
    one_group = fmean(each.apart - each.together for each in tried)
    saved = {
        "parallel": one_group * fmean(call.groups for call in chosen["nothing"]),
        "cache": spreads["nothing"].mean - spreads["cache"].mean,
        "prefetch": spreads["cache"].mean - spreads["prefetch"].mean,
    }
    saved["all"] = sum(saved.values())
    return Figures(spreads, saved, len(common), len(calls["nothing"]) - len(common))


def _spread(calls: Sequence[Call]) -> Spread:
    seconds = [call.seconds for call in calls]
    return Spread(
        calls=len(calls),
        mean=fmean(seconds),
        median=median(seconds),
        p95=quantiles(seconds, n=20, method="inclusive")[18],
        waiting=fmean(call.waiting for call in calls),
    )
