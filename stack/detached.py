"""A stack that goes on when the command that started it has returned."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

READY = "\x04"
"""The last line that a stack in the background says to the command that started it."""


def start(arguments: Sequence[str], say: Callable[[str], None]) -> bool:
    """Start ``python -m stack`` in a session of its own and follow it until everything is ready.

    Args:
        arguments: its command line.
        say: told each line that it says.

    Returns:
        Whether everything is ready; False where it ended instead and has said why.
    """
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-m", "stack", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            for line in process.stdout or ():
                if line.strip() == READY:
                    # Leaving the block must not wait for a process that goes on.
                    process.returncode = 0
                    return True
                say(line.rstrip())
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
    return False


def let_go(log: Path) -> None:
    """Tell the command that started this process that all is ready, and say everything else to ``log``."""
    with suppress(BrokenPipeError):  # that command was killed
        print(READY, flush=True)
    with log.open("ab") as file:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(file.fileno(), stream.fileno())
