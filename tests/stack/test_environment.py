"""scripts/environment.py, in small checkouts whose only requirement is a wheel made here."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from stack.folder import ROOT

SCRIPT = ROOT / "scripts" / "environment.py"
BACKEND = """
import zipfile
from pathlib import Path
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "small-1.0-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder, name), "w") as wheel:
        info = "small-1.0.dist-info/"
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: small\\nVersion: 1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "small"
version = "1.0"
"""
NO_NAMES = """\
WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError('<connection>: Failed to establish a
new connection: [Errno -3] Temporary failure in name resolution')': /simple/x/
ERROR: No matching distribution found for x==1
"""


class Checkout:
    """A checkout with scripts/environment.py and a lock that names the package ``needed``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.wheels = root / "wheels"
        for folder in ("scripts", "requirements", "wheels"):
            (root / folder).mkdir()
        shutil.copy(SCRIPT, root / "scripts")
        (root / "backend.py").write_text(BACKEND)
        (root / "pyproject.toml").write_text(PROJECT)
        self.lock(self.make_wheel())

    def make_wheel(self) -> str:
        """Make a wheel of ``needed`` and return its sha256."""
        file = self.wheels / "needed-1.0-py3-none-any.whl"
        with zipfile.ZipFile(file, "w") as wheel:
            wheel.writestr("needed.py", "print('needed is there')")
            wheel.writestr("needed-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: needed\nVersion: 1.0\n")
            wheel.writestr(
                "needed-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr("needed-1.0.dist-info/RECORD", "")
        return hashlib.sha256(file.read_bytes()).hexdigest()

    def lock(self, digest: str, package: str = "needed") -> None:
        for name in ("stack", "test"):
            (self.root / "requirements" / f"{name}.txt").write_text(f"{package}==1.0 \\\n    --hash=sha256:{digest}\n")

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        known = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return subprocess.run(
            [Path(sys.executable).resolve(), self.root / "scripts" / "environment.py", *arguments],
            env=known | offline | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_installs_once_and_becomes_the_program(checkout: Checkout) -> None:
    first = checkout.run("test", "python", "-c", "import needed")
    assert first.stdout == "needed is there\n"
    assert "Making the Python environment in .venv" in first.stderr
    assert "Python packages: 1/1 needed" in first.stderr
    for lock in ("test", "stack"):
        again = checkout.run(
            lock, "python", "-c", "import sys; sys.exit(sys.prefix != sys.argv[1])", f"{checkout.root}/.venv"
        )
        assert (again.returncode, again.stderr) == (0, "")


def test_interrupted_installation_is_repaired(checkout: Checkout) -> None:
    assert checkout.run("stack").returncode == 0
    [installed] = (checkout.root / ".venv").rglob("needed.py")
    installed.unlink()
    (checkout.root / ".venv" / "installed-stack").unlink()
    (checkout.root / ".venv" / "unfinished").write_text("packages")
    assert checkout.run("stack", "python", "-c", "import needed").stdout == "needed is there\n"
    assert not (checkout.root / ".venv" / "unfinished").exists()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        pytest.param("unfinished", "venv", id="interrupted"),
        pytest.param("made-for", "/some/other/checkout", id="the checkout was moved"),
    ],
)
def test_environment_that_can_not_be_used_is_made_anew(checkout: Checkout, file: str, content: str) -> None:
    (checkout.root / ".venv" / "bin").mkdir(parents=True)
    (checkout.root / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 9\n")
    (checkout.root / ".venv" / "made-for").write_text(str(checkout.root))
    (checkout.root / ".venv" / file).write_text(content)
    assert checkout.run("stack", "python", "-c", "import needed").stdout == "needed is there\n"


def test_what_can_not_be_installed_is_said_in_a_sentence_and_tried_again(checkout: Checkout) -> None:
    right = checkout.make_wheel()
    checkout.lock("0" * 64)
    refused = checkout.run("stack", "python", "-c", "")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith("A Python package differs from its hash in the lock file ")
    checkout.lock(right, "missing")
    unreachable = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    refused = checkout.run("stack", **unreachable)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith("No network: ")
    checkout.lock(right)
    assert checkout.run("stack", "python", "-c", "import needed").stdout == "needed is there\n"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "The disk is full: ",
        ),
        (NO_NAMES, "No network: "),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "A Python package differs from"),
        (
            "ERROR: No matching distribution found for x==1",
            "Installing the Python packages failed (No matching distrib",
        ),
        ("Killed", "Installing the Python packages failed (pip stopped); see "),
    ],
)
def test_why_pip_failed(output: str, sentence: str) -> None:
    assert load().why(output).startswith(sentence)


def test_locks_agree_and_name_no_addresses() -> None:
    locked = {}
    for name in ("app", "stack", "test"):
        lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
        assert not [line for line in lines if "://" in line or "index-url" in line]
        locked[name] = {line.split(" ")[0] for line in lines if line[:1].isalnum()}
    assert locked["app"] < locked["stack"] < locked["test"]
