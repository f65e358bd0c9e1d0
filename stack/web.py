"""The web applications, built out of `web/` when its files have changed: ``python -m stack.web {build|check|test}``.

Nothing built is in the repository. One build at a time; each is kept whole, in a folder named by what it was made from,
so a stack that runs goes on with its own.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from stack import node
from stack.failures import DiskFull, NoNetwork, StackError, is_disk_full, part_failed
from stack.folder import ROOT, last_lines
from stack.screen import Screen

_MADE = frozenset({"node_modules", "dist", "coverage", "generated"})
"""Folders below the sources that hold what was made from them."""
_KEPT = 3
"""Builds that are kept: a stack that was started before the last change may still start a process with its own."""
_NO_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH")
_INSTALL = ("ci", "--ignore-scripts", "--prefer-offline", "--loglevel", "http")


@dataclass(frozen=True)
class Workspace:
    """An npm workspace whose scripts are `build`, `check` and `test`.

    Attributes:
        sources: its folder; ``npm run build`` fills ``dist`` in it.
        made: the folder for what is made of it.
        also: files elsewhere that a build reads.
    """

    sources: Path
    made: Path
    also: Sequence[Path] = ()

    def build(self, screen: Screen) -> Path:
        """Build where the sources have changed since they were built.

        Returns:
            The folder with the built applications.

        Raises:
            StackError: packages can't be had, or the build fails.
        """
        target = self.made / self.digest()
        if not target.exists():
            with self._alone(screen.say) as lock:
                target = self.made / self.digest()
                if not target.exists():
                    self._install(screen, lock)
                    screen.say("Web pages: building")
                    self._npm(lock, "run", "build")
                    self._keep(target)
        os.utime(target)
        return target

    def check(self, screen: Screen) -> None:
        """Run lint and type check where anything has changed since they last found nothing.

        Raises:
            StackError: they found something.
        """
        good = self.made / "checked"
        if good.exists() and good.read_text() == self.digest():
            return
        with self._alone(screen.say) as lock:
            digest = self.digest()
            self._install(screen, lock)
            self._npm(lock, "run", "check")
            good.write_text(digest)

    def test(self, screen: Screen) -> str:
        """Run the unit tests.

        Returns:
            What they said.

        Raises:
            StackError: they fail.
        """
        with self._alone(screen.say) as lock:
            self._install(screen, lock)
            return self._npm(lock, "test")

    def packages(self, screen: Screen) -> Path:
        """The folder with the npm packages, installed where they are not there as the lock file says.

        Raises:
            StackError: they can't be had.
        """
        with self._alone(screen.say) as lock:
            self._install(screen, lock)
        return self.sources / "node_modules"

    def run(self, screen: Screen, script: str) -> None:
        """Run a further script of the workspace.

        Raises:
            StackError: it fails.
        """
        with self._alone(screen.say) as lock:
            self._install(screen, lock)
            self._npm(lock, "run", script)

    def digest(self) -> str:
        """What everything that is made depends on: all sources, and the Node that reads them."""
        digest = hashlib.sha256(node.version().encode())
        for path in [*_files(self.sources), *self.also]:
            digest.update(os.path.relpath(path, self.sources).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:16]

    @contextmanager
    def _alone(self, say: Callable[[str], None]) -> Iterator[IO[bytes]]:
        """Hold the lock of one maker at a time; npm holds it too, so what a killed one left running is waited for."""
        self.made.mkdir(parents=True, exist_ok=True)
        with (self.made / "lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("The web pages are being built by another start; waiting for it.")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield lock

    def _install(self, screen: Screen, lock: IO[bytes]) -> None:
        stamp = self.made / "installed"
        wanted = self._packages()
        # npm writes this file last, so an installation that was broken off lacks it.
        is_whole = (self.sources / "node_modules" / ".package-lock.json").exists()
        if is_whole and stamp.exists() and stamp.read_text() == wanted:
            return
        stamp.unlink(missing_ok=True)
        total = _package_count(self.sources / "package-lock.json")
        with screen.downloading("npm packages") as progress:
            fetched = 0

            def line(text: str) -> None:
                nonlocal fetched
                if text.startswith("npm http") and ".tgz " in text and fetched < total:
                    fetched += 1
                    progress(fetched, total)

            self._npm(lock, *_INSTALL, heard=line)
            if fetched < total:
                progress(total, total)
        stamp.write_text(wanted)

    def _packages(self) -> str:
        digest = hashlib.sha256(node.version().encode())
        for path in _files(self.sources):
            if path.name in {"package.json", "package-lock.json", ".npmrc"}:
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def _npm(self, lock: IO[bytes], *arguments: str, heard: Callable[[str], None] | None = None) -> str:
        log = self.made / f"{arguments[-1] if arguments[0] == 'run' else arguments[0]}.log"
        said = []
        with (
            log.open("w", buffering=1, encoding="utf-8") as written,
            subprocess.Popen(  # noqa: S603
                node.npm(*arguments),
                cwd=self.sources,
                env=node.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                pass_fds=[lock.fileno()],
            ) as process,
        ):
            for line in process.stdout or ():
                said.append(line)
                written.write(line)
                if heard:
                    heard(line)
        if process.returncode:
            raise self._why(arguments, "".join(said), log)
        return "".join(said)

    def _why(self, arguments: Sequence[str], said: str, log: Path) -> StackError:
        if "ENOSPC" in said:
            return DiskFull(self.made)
        if arguments[0] == _INSTALL[0] and any(code in said for code in _NO_NETWORK):
            return NoNetwork("the npm packages")
        if "EINTEGRITY" in said:
            return StackError(
                f"An npm package differs from its hash in the lock file and was not installed; see {log}."
            )
        return part_failed(f"npm {' '.join(arguments[:2])} failed.", log, last_lines(log, 40))

    def _keep(self, target: Path) -> None:
        """Put what was built where it stays, whole or not at all; of older builds the last ones stay."""
        if self.digest() != target.name:
            raise StackError("The sources of the web pages changed while they were built; start again.")
        unfinished = self.made / "build.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(self.sources / "dist", unfinished)
        os.utime(unfinished)  # the copy is as old as the folder that is built into again and again
        unfinished.rename(target)
        builds = [path for path in self.made.iterdir() if path.is_dir()]
        for old in sorted(builds, key=lambda path: path.stat().st_mtime)[:-_KEPT]:
            shutil.rmtree(old)


def workspace() -> Workspace:
    """The one of this checkout."""
    return Workspace(ROOT / "web", ROOT / "var" / "web", also=[ROOT / "docs" / "openapi.json"])


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in _MADE and not path.is_symlink():
                yield from _files(path)
        elif path.suffix != ".tsbuildinfo":
            yield path


def _package_count(lock: Path) -> int:
    """How many packages npm fetches for this machine."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"].values()
    fetched = [package for package in packages if "integrity" in package]
    return sum("linux" in package.get("os", ["linux"]) and "x64" in package.get("cpu", ["x64"]) for package in fetched)


def main(arguments: Sequence[str]) -> None:
    """Do one of the three."""
    screen = Screen()
    try:
        match arguments:
            case ["build"]:
                print(workspace().build(screen))
            case ["check"]:
                workspace().check(screen)
            case ["test"]:
                print(workspace().test(screen))
            case _:
                sys.exit(__doc__)
    except StackError as error:
        sys.exit(str(error))
    except OSError as error:
        if not is_disk_full(error):
            raise
        sys.exit(str(DiskFull(ROOT)))


if __name__ == "__main__":
    main(sys.argv[1:])
