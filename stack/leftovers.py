"""Processes that a killed supervisor left running."""

import signal
from collections.abc import Callable
from contextlib import suppress

import psutil

from stack import running
from stack.folder import DataFolder

GRACE = 20.0
"""Seconds that they get to end in order."""
LAST = "postgres"
"""The part that all others write to: it is stopped when they are gone."""


def stop(folder: DataFolder, say: Callable[[str], None]) -> None:
    """Stop what an earlier supervisor of ``folder`` left behind. The folder must be held."""
    left = {name: process for name, part in running.read(folder).parts.items() if (process := part.process())}
    if not left:
        return
    say(f"The last run was killed; stopping what it left: {', '.join(left)}")
    database = left.pop(LAST, None)
    _end([*left.values()], signal.SIGTERM)
    if database:
        _end([database], signal.SIGINT)


def _end(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    _, alive = psutil.wait_procs(processes, timeout=GRACE)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=GRACE)
