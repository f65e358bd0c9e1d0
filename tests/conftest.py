"""What tests of every package may use: one whole stack of their own, and the matrices that run only when asked for."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stack.folder import ROOT, DataFolder
from stack.running import Running, find

NOT_ON_A_BARE_MACHINE = ("java", "mvn", "node", "npm", "psql", "docker", "uv")
NEEDED_ON_A_BARE_MACHINE = ("sh", "env", "dirname")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the full matrices too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def bare_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Our environment, but with a PATH that holds Python and a shell, and no Java, Node, PostgreSQL or Docker."""
    path = tmp_path_factory.mktemp("bare")
    for name in NEEDED_ON_A_BARE_MACHINE:
        (path / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is missing"))
    (path / "python3").symlink_to(Path(sys.executable).resolve())
    assert [name for name in NOT_ON_A_BARE_MACHINE if shutil.which(name, path=str(path))] == []
    return os.environ | {"PATH": str(path)}


@pytest.fixture(scope="session")
def stack(bare_environment: dict[str, str]) -> Iterator[Running]:
    """A stack of the tests' own, started as on a bare machine; it ends with the tests, even when they are killed."""
    folder = DataFolder(_fresh_folder())
    command = ["scripts/up", "--until-input-ends", "--ports", "free", "--data", str(folder.path)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=bare_environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Script Manager is ready"):
                break
        else:
            pytest.fail(f"The stack didn't start:\n{''.join(said)}", pytrace=False)
        yield find(folder)
        process.stdin.close()
        said.extend(process.stdout)
    assert process.returncode == 0, "".join(said)


def _fresh_folder() -> Path:
    """A new folder in var/test, named by our process id; what ended runs left there is deleted."""
    folders = ROOT / "var" / "test"
    folders.mkdir(parents=True, exist_ok=True)
    for old in folders.iterdir():
        if not psutil.pid_exists(int(old.name)):
            shutil.rmtree(old)
    fresh = folders / str(os.getpid())
    shutil.rmtree(fresh, ignore_errors=True)
    return fresh
