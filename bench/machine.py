"""What a benchmark ran on, and what else that machine was doing."""

import os
import platform
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine before a benchmark began.

    Attributes:
        processors: logical ones that we may use.
        load: average of processes that ran or waited over the last minute.
        busy: share of all processors that was used in a moment's look.
    """

    system: str
    python: str
    processors: int
    load: float
    busy: float


def look(seconds: float = 2.0) -> Machine:
    """Look at the machine for so long."""
    return Machine(
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        processors=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 2),
        busy=round(psutil.cpu_percent(seconds) / 100, 2),
    )
