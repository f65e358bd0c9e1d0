"""What tests of every package may use: one whole stack of their own, and the matrices that run only when asked for."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stack.engines.products import EngineName
from stack.folder import ROOT, DataFolder
from stack.running import Running
from tests.stacks import running_stack

NOT_ON_A_BARE_MACHINE = ("java", "mvn", "node", "npm", "psql", "docker", "uv")
NEEDED_ON_A_BARE_MACHINE = ("sh", "env", "dirname")


OF_EVERY_ENGINE = (
    "tests/contract",
    "tests/acceptance",
    "tests/engine",
    "tests/script_set",
    "tests/feel/test_engine.py",
    "tests/stack/test_running_stack.py",
)
"""What is run against another engine than the usual one, where no test is named."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the full matrices too")
    parser.addoption(
        "--engine",
        type=EngineName,
        choices=list(EngineName),
        default=EngineName.CAMUNDA,
        help="which engine stacks have; another than camunda runs what holds for every engine",
    )


def pytest_configure(config: pytest.Config) -> None:
    is_usual = config.getoption("engine") is EngineName.CAMUNDA
    if not is_usual and config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args[:] = [str(ROOT / path) for path in OF_EVERY_ENGINE]


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
def engine_name(request: pytest.FixtureRequest) -> EngineName:
    """Which engine the tests' stacks have."""
    name: EngineName = request.config.getoption("engine")
    return name


@pytest.fixture(scope="session")
def stack(bare_environment: dict[str, str], engine_name: EngineName) -> Iterator[Running]:
    """A stack of the tests' own, started as on a bare machine; it ends with the tests, even when they are killed."""
    with running_stack(DataFolder(_fresh_folder()), bare_environment, engine_name) as stack:
        yield stack


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
