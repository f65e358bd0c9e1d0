"""What a replay came to: waiting, calls, failures, wrong answers, and what each mechanism saved."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
        by_source: runs of each function by where their answers came from. ``prefetch`` are runs for no task; a task's
            run that found the answer of one is told apart (``cache, asked ahead``); ``failed`` gave none.
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
        by_source=_by_source([run for each in walked for run in _named(Run.all_of(each.history))]),
        wrong=wrong,
    )


_Named = tuple[str, Run]
"""A run with the name of where its answer came from."""


def _named(of_session: Sequence[Run]) -> Iterator[_Named]:
    ahead: set[str] = set()
    for run in sorted(of_session, key=lambda each: each.began):
        if run.is_ahead:
            ahead.add(run.function)
            yield "prefetch", run
        elif run.outcome == "failed":
            yield "failed", run
        elif run.source != "call" and run.function in ahead:
            yield f"{run.source}, asked ahead", run
        else:
            yield run.source, run


def _by_source(runs: Sequence[_Named]) -> dict[str, dict[str, Source]]:
    gathered: dict[str, dict[str, list[Run]]] = {}
    for source, run in runs:
        gathered.setdefault(run.function, {}).setdefault(source, []).append(run)
    return {
        function: {source: _source(found) for source, found in sorted(sources.items())}
        for function, sources in sorted(gathered.items())
    }


def _source(runs: Sequence[Run]) -> Source:
    seconds = fmean(run.duration.total_seconds() for run in runs)
    return Source(len(runs), seconds, fmean(run.attempts for run in runs))


def ratios(off: Figures, on: Figures) -> dict[str, float]:
    """How many times less operators wait and systems are called; and how many answers were wrong."""
    return {
        "waiting_saved": off.waiting / on.waiting,
        "calls_saved": off.calls / on.calls if on.calls else float(off.calls),
        "wrong_answers": len(on.wrong),
    }
