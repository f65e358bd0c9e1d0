"""Contenders are stopped with everything they have started, and held back where that is wanted."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from bench.workers.contenders import Contender
from bench.workers.processes import ContenderFailed, running
from tests.eventually import eventually

STARTS_ANOTHER = """
import pathlib, subprocess, sys, time
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path("{there}").write_text(str(other.pid))
time.sleep(600)
"""


def contender(code: str) -> Contender:
    return Contender("some", "Some worker", "topic", [sys.executable, "-c", code], os.environ)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_everything_is_stopped_even_when_the_benchmark_breaks(tmp_path: Path) -> None:
    there = tmp_path / "pid"

    async def break_off() -> None:
        async with running([contender(STARTS_ANOTHER.format(there=there))], tmp_path):
            await eventually(lambda: there.exists() and there.read_text())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off()
    other = int(there.read_text())
    assert await eventually(lambda: is_gone(other))


async def test_held_back_is_not_running(tmp_path: Path) -> None:
    there = tmp_path / "pid"
    async with running([contender(STARTS_ANOTHER.format(there=there))], tmp_path) as [started]:
        other = psutil.Process(int(await eventually(lambda: there.exists() and there.read_text())))
        with started.held_back():
            assert await eventually(lambda: other.status() == psutil.STATUS_STOPPED)
        assert await eventually(lambda: other.status() != psutil.STATUS_STOPPED)
        assert started.cpu_seconds() > 0


async def test_a_contender_that_ended_says_why(tmp_path: Path) -> None:
    async with running([contender("raise SystemExit('no such engine')")], tmp_path) as [started]:

        def said() -> str | None:
            try:
                started.cpu_seconds()
            except ContenderFailed as failed:
                return str(failed)
            return None

        assert "Some worker ended by itself:\nno such engine" in await eventually(said)
