import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack import startup_cache
from stack.startup_cache import StartupCache

ENGINE = "camunda"
JARS = [Path("/cache/one.jar"), Path("/cache/two.jar")]


def recorded(folder: Path, *, finished: bool = True) -> StartupCache:
    """A cache that a run has just recorded."""
    cache = startup_cache.find(folder, ENGINE, JARS, record=True)
    assert cache.recording is not None
    cache.recording.write_text("classes")
    if not finished:
        cache.recording.with_name(f"{cache.recording.name}.config").touch()
    return cache


def test_first_run_records_and_the_next_ones_use_it(tmp_path: Path) -> None:
    first = startup_cache.find(tmp_path, ENGINE, JARS, record=True)
    assert first.is_recorded
    assert first.options == (f"-XX:AOTCacheOutput={first.file}.{os.getpid()}",)
    recorded(tmp_path).keep()
    second = startup_cache.find(tmp_path, ENGINE, JARS, record=True)
    assert not second.is_recorded
    assert second.options == (f"-XX:AOTCache={second.file}",)
    assert [path.name for path in tmp_path.iterdir()] == [second.file.name]


def test_run_of_the_tests_uses_a_cache_and_records_none(tmp_path: Path) -> None:
    assert startup_cache.find(tmp_path, ENGINE, JARS, record=False).options == ()
    recorded(tmp_path).keep()
    assert startup_cache.find(tmp_path, ENGINE, JARS, record=False).options == (
        f"-XX:AOTCache={recorded(tmp_path).file}",
    )


def test_unfinished_recording_is_not_used(tmp_path: Path) -> None:
    cache = recorded(tmp_path, finished=False)
    cache.keep()
    assert not cache.file.exists()


def test_run_that_recorded_nothing(tmp_path: Path) -> None:
    cache = startup_cache.find(tmp_path, ENGINE, JARS, record=True)
    cache.keep()
    assert list(tmp_path.iterdir()) == []


def test_cache_for_other_jars_is_replaced(tmp_path: Path) -> None:
    recorded(tmp_path).keep()
    other = startup_cache.find(tmp_path, ENGINE, JARS[:1], record=True)
    assert other.is_recorded
    assert other.recording is not None
    other.recording.write_text("other classes")
    other.keep()
    assert [path.name for path in tmp_path.iterdir()] == [other.file.name]


def test_cache_of_another_engine_is_kept(tmp_path: Path) -> None:
    other = tmp_path / "operaton-0123456789abcdef.aot"
    other.touch()
    recorded(tmp_path).keep()
    assert other.exists()


@pytest.mark.parametrize("name", ["camunda-0123456789abcdef.aot.{pid}", "camunda-0123456789abcdef.aot.{pid}.config"])
def test_what_a_killed_run_left_is_deleted(tmp_path: Path, name: str) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left, ours = tmp_path / name.format(pid=ended.pid), tmp_path / name.format(pid=os.getpid())
    left.touch()
    ours.touch()
    startup_cache.find(tmp_path, ENGINE, JARS, record=True)
    assert not left.exists()
    assert ours.exists()
