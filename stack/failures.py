"""What goes wrong on a person's machine, each as one sentence that says what to do."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path


class StackError(Exception):
    """Something a person can understand and mend; its text is one clear sentence."""


class AlreadyRunning(StackError):
    """Another supervisor holds this data folder."""

    def __init__(self, pid: int | None, data: Path) -> None:
        super().__init__(
            f"Script Manager is already running (process {pid}) with the data in {data}; "
            "./scripts/status shows it, ./scripts/down stops it."
        )


class PortTaken(StackError):
    """A port that a part needs is used by another program."""

    def __init__(self, part: str, port: int) -> None:
        super().__init__(
            f"Port {port}, which {part} needs, is taken by another program; "
            f"choose another with --port {part}={port + 1}, or --ports free."
        )


class DiskFull(StackError):
    """There is no room to write."""

    def __init__(self, where: Path) -> None:
        super().__init__(f"The disk is full: there is no room left at {where}.")


class NoNetwork(StackError):
    """Something must be downloaded and nothing answers."""

    def __init__(self, what: str) -> None:
        super().__init__(f"No network: {what} can't be downloaded; what was downloaded is kept for the next start.")


class WrongHash(StackError):
    """What was downloaded twice is not what the lock file names."""

    def __init__(self, coordinate: str) -> None:
        super().__init__(
            f"{coordinate} was downloaded twice and differs from its hash in the lock file; it was deleted."
        )


class PartFailed(StackError):
    """A part didn't come up, or died again and again."""


def part_failed(sentence: str, log: Path, lines: Sequence[str]) -> StackError:
    """What to say of a part that failed.

    Args:
        sentence: what happened.
        log: where the part wrote.
        lines: the last lines it wrote; a full disk in them explains everything.
    """
    if any(os.strerror(errno.ENOSPC) in line for line in lines):
        return DiskFull(log.parent)
    said = "".join(f"\n  | {line}" for line in lines)
    return PartFailed(f"{sentence} The end of {log}:{said}" if lines else f"{sentence} Its log is {log}.")


def is_disk_full(error: BaseException) -> bool:
    """Whether ``error`` says that the disk, or the share of it that this user may fill, is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
