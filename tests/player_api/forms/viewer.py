"""form-js-viewer itself, in Node: what it makes of filled forms."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from stack.folder import ROOT

FOLDER = Path(__file__).parent / "javascript"
LOCKED = ("package.json", "package-lock.json", ".npmrc")


def submitted(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return for each case what form-js submits, and the places that it would not take as they are.

    Args:
        cases: ``{schema, data, answers}`` each.
    """
    program = shutil.copy(FOLDER / "submit.js", _installed())
    done = _run(["node", str(program)], ROOT, json.dumps(cases))
    results: list[dict[str, Any]] = json.loads(done)
    return results


def _installed() -> Path:
    """The packages of the lock file, installed once."""
    digest = sha256(b"".join((FOLDER / name).read_bytes() for name in LOCKED)).hexdigest()[:16]
    target = ROOT / "var" / "form-js" / digest
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=target.parent))
        for name in LOCKED:
            shutil.copy(FOLDER / name, scratch)
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], scratch, "")
        try:
            scratch.rename(target)
        except OSError:  # another run was first
            shutil.rmtree(scratch)
    return target


def _run(command: list[str], folder: Path, text: str) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    program = shutil.which(command[0], path=path)
    assert program is not None, f"{command[0]} comes with the test requirements"
    done = subprocess.run(
        [program, *command[1:]],
        cwd=folder,
        env={**os.environ, "PATH": path, "TZ": "UTC"},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
