"""The data folder: everything that one stack keeps between runs, and the lock that says one is running."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from stack.failures import AlreadyRunning, DiskFull, StackError

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""
DEFAULT_DATA = ROOT / "var" / "up"
LOG_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True)
class DataFolder:
    """Where a stack keeps its databases, logs, credentials and state."""

    path: Path

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data directory."""
        return self.path / "postgres"

    @property
    def kafka(self) -> Path:
        """Kafka's log directory and configuration."""
        return self.path / "kafka"

    @property
    def logs(self) -> Path:
        """One file a part, and ``stack.log`` of the supervisor."""
        return self.path / "logs"

    @property
    def credentials(self) -> Path:
        """The file with every generated password and key, mode 600."""
        return self.path / "credentials.json"

    @property
    def state(self) -> Path:
        """What the supervisor says about its parts."""
        return self.path / "state.json"

    @property
    def lock(self) -> Path:
        """Locked while a supervisor runs; holds its process id."""
        return self.path / "lock"

    @property
    def option(self) -> str:
        """What must be added to a command of `scripts/` for it to find this folder."""
        return "" if self.path == DEFAULT_DATA else f" --data {self.path}"

    def log(self, part: str) -> Path:
        """The log of ``part``."""
        return self.logs / f"{part}.log"

    def clear(self) -> None:
        """Delete the data of earlier runs, and nothing that a stack didn't make."""
        for file in (self.credentials, self.state):
            file.unlink(missing_ok=True)
        for folder in (self.postgres, self.kafka, self.logs):
            # Renamed first: a folder that is half deleted must not look like data.
            if folder.exists():
                doomed = folder.with_suffix(".deleted")
                shutil.rmtree(doomed, ignore_errors=True)
                folder.rename(doomed)
                shutil.rmtree(doomed)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for one supervisor; the lock ends with its process, so it can't be stale.

        Raises:
            AlreadyRunning: another supervisor holds it.
            StackError: the folder can't be made.
        """
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StackError(f"The folder {self.path} can't be used: {error.strerror}.") from error
        with self.lock.open("a+") as file:
            if not _locked(file):
                raise AlreadyRunning(self.holder(), self.path)
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def is_held(self) -> bool:
        """Whether a supervisor runs on this folder."""
        if not self.lock.exists():
            return False
        with self.lock.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def holder(self) -> int | None:
        """Process id of the supervisor that holds this folder, None where it hasn't written it yet."""
        text = self.lock.read_text()
        return int(text) if text else None

    def require_space(self, needed: int) -> None:
        """Refuse to begin what can't be finished.

        Args:
            needed: bytes.

        Raises:
            DiskFull: fewer are free.
        """
        if shutil.disk_usage(self.path).free < needed:
            raise DiskFull(self.path)


def _locked(file: TextIO) -> bool:
    """Lock ``file`` for this process; tries more than once, as :meth:`DataFolder.is_held` locks it for an instant."""
    for pause in (0.0, 0.05, 0.1):
        time.sleep(pause)
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def rotate(log: Path, limit: int = 0) -> None:
    """Keep a log that is longer than ``limit`` bytes as ``<name>.1``, dropping the one before, and empty it.

    Writers must have it open for appending; they go on in the emptied file.
    """
    if log.exists() and log.stat().st_size > limit:
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        os.truncate(log, 0)


def last_lines(log: Path, count: int = 8) -> list[str]:
    """The last lines of a log, for a person who needs to know why."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16384))
        return file.read().decode(errors="replace").splitlines()[-count:]
