"""Chromium, for the tests and measurements that look at pages: ``python -m stack.chromium`` brings it where none is."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from stack.failures import StackError

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
"""What it takes to run unattended, in a container, as root, and without talking to anybody but our pages."""
_PACKAGES = ("chromium", "fonts-dejavu-core")
_APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300", "--yes", "--quiet")


class NoChromium(StackError):
    """There is no Chromium and it can't be installed from here."""

    def __init__(self, why: str) -> None:
        super().__init__(f"No Chromium: {why}; install it, on Debian as root with: apt-get install {_PACKAGES[0]}")


def find() -> Path | None:
    """The first browser on the path that starts; a stub that only names a package manager doesn't."""
    for name in NAMES:
        found = shutil.which(name)
        if found and _starts(found):
            return Path(found)
    return None


def bring(say: Callable[[str], None]) -> Path:
    """Return a browser; where there is none, install Debian's.

    Raises:
        NoChromium: that is not for us to do, or fails.
    """
    if found := find():
        return found
    if not shutil.which("apt-get"):
        raise NoChromium("none is on the path, and this machine has no apt-get")
    if os.geteuid() != 0:
        raise NoChromium("none is on the path, and only root may install it")
    say("Installing Chromium, which the browser tests need")
    for command in ((*_APT, "update"), (*_APT, "install", "--no-install-recommends", *_PACKAGES)):
        _run(command)
    if found := find():
        return found
    raise NoChromium("Debian's package brought none that starts")


def _starts(program: str) -> bool:
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and "Chrom" in asked.stdout


def _run(command: Sequence[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NoChromium(f"apt-get failed ({said[-1] if said else done.returncode})")


if __name__ == "__main__":
    try:
        bring(lambda text: print(text, file=sys.stderr, flush=True))
    except StackError as error:
        sys.exit(str(error))
