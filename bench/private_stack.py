"""A whole stack of a benchmark's own, which ends with it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from stack.failures import StackError
from stack.folder import ROOT, DataFolder
from stack.running import Running, find

FOLDER = ROOT / "var" / "bench"
"""Everything that benchmarks write: stacks, compiled contenders, declarations."""
_READY = "Script Manager is ready"
_STOPPING_TAKES = 120
"""Seconds."""


@contextmanager
def private_stack(name: str, environment: Mapping[str, str]) -> Iterator[Running]:
    """Start an empty stack on free ports and stop it at the end of the block; it ends even where we are killed.

    Args:
        name: of its data folder.
        environment: what its processes are told beside our environment.

    Raises:
        StackError: it doesn't start; what it said is on standard error.
    """
    folder = DataFolder(FOLDER / name)
    options = ["up", "--until-input-ends", "--fresh", "--ports", "free", "--data", str(folder.path)]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-m", "stack", *options],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            if not any(line.startswith(_READY) for line in process.stdout or ()):
                raise StackError("The benchmark's stack didn't start.")
            yield find(folder)
        finally:
            _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    if process.stdin is not None:
        process.stdin.close()  # --until-input-ends: it stops everything in order
    try:
        process.wait(_STOPPING_TAKES)
    except subprocess.TimeoutExpired:
        process.terminate()
