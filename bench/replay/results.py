"""What a replay came to: waiting, calls, failures, wrong answers, and what each mechanism saved."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles

from bench.replay.judge import LoggedCall, Run
from bench.replay.operator import Walked


@dataclass(frozen=True, slots=True)
class Source:
    """What came of the runs of one function with answers from one source.

    Attributes:
        runs: how many.
        seconds: that one took a worker, on average.
        calls: that it made to the system, on average.
    """

    runs: int
    seconds: float
    calls: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One replay.

    Attributes:
        sessions: that were walked.
        states: how they ended.
        waiting: seconds that operators waited in all.
        typical: seconds, the median wait.
        slow: seconds, the 95th percentile.
        failures: how often an operator was told that a function had failed.
        calls: that reached the systems.
        by_source: runs of each function by where their answers came from; failures as source ``failed``.
        wrong: what the judge found.
    """

    sessions: int
    states: Mapping[str, int]
    waiting: float
    typical: float
    slow: float
    failures: int
    calls: int
    by_source: Mapping[str, Mapping[str, Source]]
    wrong: Sequence[str]


def figures(walked: Sequence[Walked], calls: Sequence[LoggedCall], wrong: Sequence[str]) -> Figures:
    """Sum up one replay of at least one session."""
    waits = [wait for each in walked for wait in each.waits]
    parts = quantiles(waits, n=20, method="inclusive")
    return Figures(
        sessions=len(walked),
        states=dict(Counter(each.state for each in walked)),
        waiting=sum(waits),
        typical=parts[9],
        slow=parts[18],
        failures=sum(each.failures for each in walked),
        calls=len(calls),
        by_source=_by_source([run for each in walked for run in Run.all_of(each.history)]),
        wrong=wrong,
    )


def _by_source(runs: Sequence[Run]) -> dict[str, dict[str, Source]]:
    gathered: dict[str, dict[str, list[Run]]] = {}
    for run in runs:
        source = "failed" if run.outcome == "failed" else run.source
        gathered.setdefault(run.function, {}).setdefault(source, []).append(run)
    return {
        function: {
            source: Source(
                len(found), fmean(run.duration.total_seconds() for run in found), fmean(run.attempts for run in found)
            )
            for source, found in sorted(sources.items())
        }
        for function, sources in sorted(gathered.items())
    }


def ratios(off: Figures, on: Figures) -> dict[str, float]:
    """How many times less operators wait and systems are called; and how many answers were wrong."""
    return {
        "waiting_saved": off.waiting / on.waiting,
        "calls_saved": off.calls / on.calls if on.calls else float(off.calls),
        "wrong_answers": len(on.wrong),
    }
