"""Makes `.venv` as one lock file of `requirements/` says, then becomes a program inside it.

Usage: python3 scripts/environment.py {stack|test} [PROGRAM ARGUMENTS…]

Runs on a bare Python, with nothing but its standard library. With everything in place it costs milliseconds;
an interrupted installation is repaired by the next one; two at once wait for each other.
"""

import os
import shutil
import sys

if sys.version_info < (3, 11):  # noqa: UP036  before anything that an older Python doesn't know
    for newer in filter(None, map(shutil.which, ("python3.14", "python3.13", "python3.12", "python3.11"))):
        if os.system("'%s' -c 'import venv' 2>/dev/null" % newer) == 0:  # noqa: S605, UP031  a version manager's shim may not run
            os.execv(newer, [newer] + sys.argv)  # noqa: RUF005, S606
    sys.exit("Script Manager needs Python 3.11 or newer; python3 here is %d.%d." % sys.version_info[:2])  # noqa: UP031

import contextlib
import errno
import fcntl
import hashlib
import re
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / "unfinished"
"""Exists while `.venv` is being made or changed; holds what is being done."""
MADE_FOR = VENV / "made-for"
"""Holds the checkout that `.venv` was made in: programs in it name their Python by its full path."""
LOG = ROOT / "var" / "environment.log"
NEEDED_BYTES = 1_500_000_000
SATISFIED_BY = {"stack": ("stack", "test"), "test": ("test",)}
"""The test lock holds everything the stack lock does, in the same versions."""

NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Failed to establish|connection broken|ProxyError|(Connect|Read)Timeout"
)


class Refused(Exception):
    """The environment can't be made; says why in one sentence."""


def main(arguments: list[str]) -> None:
    if not arguments or arguments[0] not in SATISFIED_BY:
        raise Refused(__doc__)
    os.umask(0o022)  # PostgreSQL's unprivileged user must be able to read its programs
    lock, command = arguments[0], arguments[1:]
    if not is_current(lock):
        with alone():
            if not is_current(lock):
                install(lock)
    if command:
        sys.stdout.flush()
        program = str(VENV / "bin" / command[0])
        os.execv(program, [program, *command[1:]])  # noqa: S606  a Python finds its environment by its own path


def is_usable() -> bool:
    return PYTHON.exists() and MADE_FOR.exists() and MADE_FOR.read_text() == str(ROOT)


def is_current(lock: str) -> bool:
    return is_usable() and any(
        stamp(name).exists() and stamp(name).read_text() == fingerprint(name) for name in SATISFIED_BY[lock]
    )


def stamp(lock: str) -> Path:
    return VENV / f"installed-{lock}"


def fingerprint(lock: str) -> str:
    """What an installation was made from; where any of it changes, it is made anew."""
    digest = hashlib.sha256()
    for file in (ROOT / "requirements" / f"{lock}.txt", ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the lock that one installation at a time has; it ends with its process, so it can't be stale."""
    LOG.parent.mkdir(exist_ok=True)
    with (LOG.parent / "environment.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another installation is under way; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def install(lock: str) -> None:
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise Refused(f"The disk is full: {free >> 20} MB are free at {ROOT}, {NEEDED_BYTES >> 20} MB are needed.")
    interrupted = UNFINISHED.read_text() if UNFINISHED.exists() else None
    if interrupted == "venv" or not is_usable():
        make_venv()
    requirements = ROOT / "requirements" / f"{lock}.txt"
    UNFINISHED.write_text("packages")
    for name in SATISFIED_BY:
        stamp(name).unlink(missing_ok=True)
    total = len(re.findall(r"^[a-z0-9].*==", requirements.read_text(), flags=re.MULTILINE))
    repair = ["--force-reinstall"] if interrupted == "packages" else []
    with LOG.open("w") as log:
        pip(["--require-hashes", "--only-binary", ":all:", "--requirement", str(requirements), *repair], total, log)
        pip(["--no-build-isolation", "--editable", str(ROOT)], 0, log)
    stamp(lock).write_text(fingerprint(lock))
    UNFINISHED.unlink()


def make_venv() -> None:
    say("Making the Python environment in .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    UNFINISHED.write_text("venv")
    MADE_FOR.write_text(str(ROOT))
    try:
        import ensurepip  # noqa: F401, PLC0415

        venv.create(VENV, with_pip=True)
    except (ImportError, subprocess.CalledProcessError) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Refused("This Python can't make environments; install its venv module (python3-venv).") from error


def pip(arguments: list[str], total: int, log: TextIO) -> None:
    """Install what is asked, showing how many of `total` packages were fetched; pip's own words go to the log."""
    quiet = ["--no-compile", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    command = [PYTHON, "-m", "pip", "install", "--no-deps", *quiet, *arguments]
    said = []
    fetched = 0
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            log.write(line)
            said.append(line)
            if line.startswith(("Collecting ", "Processing ")) and total:
                fetched += 1
                show(f"Python packages: {fetched}/{total} {Path(line.split()[1]).name.split('==')[0]}")
            elif line.startswith("Installing collected") and total:
                show(f"Python packages: installing {fetched}", last=True)
    if process.returncode:
        raise Refused(why("".join(said)))


def why(output: str) -> str:
    """Say in one sentence why pip failed."""
    if "No space left on device" in output:
        return f"The disk is full: the Python packages do not fit at {ROOT}."
    if "DO NOT MATCH THE HASHES" in output:
        return f"A Python package differs from its hash in the lock file and was not installed; see {LOG}."
    if NO_NETWORK.search(output):
        return "No network: the Python package index can't be reached; what was downloaded is kept for the next start."
    errors = [line for line in output.splitlines() if line.startswith("ERROR: ")]
    return f"Installing the Python packages failed ({errors[-1][7:] if errors else 'pip stopped'}); see {LOG}."


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def show(text: str, *, last: bool = False) -> None:
    """Show progress: one line that changes on a terminal, lines elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="\n" if last else "", file=sys.stderr, flush=True)
    else:
        say(text)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as refused:
        sys.exit(f"{refused}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next start goes on.")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            sys.exit(f"The disk is full: {ROOT} has no space left.")
        sys.exit(f"The Python environment can't be made: {error}.")
