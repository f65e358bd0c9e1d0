"""The Java libraries: named with their sha256 in lock files, fetched once for all checkouts of a user."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import requests
from jgo.maven import MavenContext

from stack.failures import DiskFull, NoNetwork, StackError, WrongHash

LOCKS = Path(__file__).parent
AT_ONCE = 8
NEEDED_BYTES = 200_000_000

Progress = Callable[[int, int], None]
"""Told how many of how many jars are there."""
Download = Callable[["Jar", Path], Path]
"""Fetches a jar into a folder, where it may leave other files, and returns its path.

Raises requests.RequestException where nothing answers, RuntimeError where no repository has it.
"""


@dataclass(frozen=True)
class Jar:
    """One library as a lock file names it."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def coordinate(self) -> str:
        """Its name among all Java libraries."""
        return ":".join(filter(None, (self.group, self.artifact, self.version, self.classifier)))

    @property
    def path(self) -> Path:
        """Its place in the cache, relative."""
        name = "-".join(filter(None, (self.artifact, self.version, self.classifier)))
        return Path(self.group, f"{name}.jar")

    def is_in(self, file: Path) -> bool:
        """Whether ``file`` is this jar, to the last bit."""
        if not file.exists():
            return False
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == self.sha256


def read_lock(lock: Path) -> list[Jar]:
    """Read lines of ``group:artifact:version[:classifier] sha256:…``."""
    jars = []
    for line in lock.read_text().splitlines():
        coordinate, _, digest = line.partition(" sha256:")
        group, artifact, version, *classifier = coordinate.split(":")
        jars.append(Jar(group, artifact, version, "".join(classifier), digest))
    return jars


def cache() -> Path:
    """The folder that all checkouts of this user share."""
    return Path(platformdirs.user_cache_dir("script-manager")) / "jars"


def from_maven_central(jar: Jar, folder: Path) -> Path:
    """Fetch a jar with jgo, which brings its own idea of where libraries are published."""
    context = MavenContext(repo_cache=folder, timeout=60)
    return context.project(jar.group, jar.artifact).at_version(jar.version).artifact(jar.classifier).resolve()


def fetch(jars: Sequence[Jar], folder: Path, progress: Progress, download: Download = from_maven_central) -> list[Path]:
    """Return the paths of ``jars`` below ``folder``, fetching those that are missing or damaged.

    Raises:
        NoNetwork: one must be fetched and nothing answers.
        WrongHash: one was fetched twice and differs from the lock file both times.
        DiskFull: there is no room for them.
        StackError: no repository has one.
    """
    files = [folder / jar.path for jar in jars]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        present = list(threads.map(Jar.is_in, jars, files))
    if not all(present):
        missing = [jar for jar, is_present in zip(jars, present, strict=True) if not is_present]
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < NEEDED_BYTES:
            raise DiskFull(folder)
        with _alone(folder) as staging:
            _fetch_all(
                missing, folder, staging, lambda count: progress(len(jars) - len(missing) + count, len(jars)), download
            )
    return files


def _fetch_all(
    missing: Sequence[Jar], folder: Path, staging: Path, progress: Callable[[int], None], download: Download
) -> None:
    def one(jar: Jar) -> None:
        file = folder / jar.path
        if not jar.is_in(file):  # another checkout may have fetched it while we waited
            fetched = _fetch_right(jar, staging, download)
            file.parent.mkdir(exist_ok=True)
            fetched.replace(file)

    threads = ThreadPoolExecutor(AT_ONCE)
    try:
        for count, _ in enumerate(threads.map(one, missing), start=1):
            progress(count)
    except requests.RequestException as error:
        raise NoNetwork("the Java libraries") from error
    except RuntimeError as error:
        raise StackError(f"A Java library can't be downloaded: {error}") from error
    finally:
        threads.shutdown(cancel_futures=True)


def _fetch_right(jar: Jar, staging: Path, download: Download) -> Path:
    """Fetch a jar, once more where nothing answered or it was another; returns its path below ``staging``."""
    for is_last in (False, True):
        own = Path(tempfile.mkdtemp(dir=staging))
        try:
            fetched = download(jar, own)
            if jar.is_in(fetched):
                return fetched
        except requests.RequestException:
            if is_last:
                raise
        shutil.rmtree(own)
    raise WrongHash(jar.coordinate)


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """Hold the lock of a cache and an empty folder in it; what a killed download left there is deleted."""
    staging = folder / "unfinished"
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        yield staging
        shutil.rmtree(staging)
    finally:
        os.close(descriptor)
