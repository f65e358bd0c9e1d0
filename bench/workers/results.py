"""What was measured, and the ratios that it comes to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bench.workers.contenders import OURS, SLOW, TRIVIAL, Work


@dataclass(frozen=True, slots=True)
class Measurement:
    """One contender in one round of one kind of work.

    Attributes:
        contender: its name.
        work: the work's name.
        tasks: how many.
        per_second: completions in a second, from the first to the last.
        cpu: processor seconds of the contender for 1,000 tasks.
    """

    contender: str
    work: str
    tasks: int
    per_second: float
    cpu: float

    @classmethod
    def of(cls, contender: str, work: Work, completed: Sequence[datetime], cpu_seconds: float) -> "Measurement":
        """Measure completions, the first first; at least two."""
        seconds = max((completed[-1] - completed[0]).total_seconds(), 0.001)
        tasks = len(completed)
        return cls(contender, work.name, tasks, (tasks - 1) / seconds, cpu_seconds * 1000 / tasks)


@dataclass(frozen=True, slots=True)
class Median:
    """A contender's medians over the rounds of one kind of work."""

    per_second: float
    cpu: float


def medians(measurements: Iterable[Measurement]) -> Mapping[tuple[str, str], Median]:
    """Medians by contender and work."""
    gathered: dict[tuple[str, str], list[Measurement]] = {}
    for measurement in measurements:
        gathered.setdefault((measurement.contender, measurement.work), []).append(measurement)
    return {
        place: Median(median(each.per_second for each in rounds), median(each.cpu for each in rounds))
        for place, rounds in gathered.items()
    }


def ratios(found: Mapping[tuple[str, str], Median]) -> dict[str, float]:
    """Ours divided by each other's medians: ``vs_NAME`` of tasks a second, ``cpu_vs_javascript`` of processor time.

    Those of the 200 ms work end in ``_200ms``.
    """
    all_ratios = {}
    for work, ending in ((TRIVIAL, ""), (SLOW, "_200ms")):
        ours = found[OURS, work.name]
        for (contender, at), other in found.items():
            if at == work.name and contender != OURS:
                all_ratios[f"vs_{contender}{ending}"] = ours.per_second / other.per_second
        all_ratios[f"cpu_vs_javascript{ending}"] = ours.cpu / found["javascript", work.name].cpu
    return all_ratios
