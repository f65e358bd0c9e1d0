import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stack.failures import AlreadyRunning, DiskFull
from stack.folder import DataFolder, last_lines, rotate

HOLDS = """
import signal, sys
from pathlib import Path
from stack.folder import DataFolder
with DataFolder(Path(sys.argv[1])).held():
    print("held", flush=True)
    signal.pause()
"""


def test_one_supervisor_at_a_time_and_a_killed_one_leaves_no_lock(folder: DataFolder) -> None:
    command = [sys.executable, "-c", HOLDS, str(folder.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert folder.is_held()
        assert folder.holder() == other.pid
        said = f"^Script Manager is already running \\(process {other.pid}\\) with the data in {folder.path}; "
        with pytest.raises(AlreadyRunning, match=said), folder.held():
            pytest.fail("held twice")
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert not folder.is_held()
    with folder.held():
        assert folder.holder() == os.getpid()
    assert folder.holder() is None


def test_folder_that_was_never_used_is_not_held(tmp_path: Path) -> None:
    assert not DataFolder(tmp_path / "new").is_held()


def test_clear_deletes_what_a_stack_made_and_nothing_else(folder: DataFolder) -> None:
    ours = [folder.credentials, folder.state, folder.postgres / "base" / "1", folder.log("engine")]
    others = [folder.path / "holiday.jpg", folder.path / "photos" / "cat.jpg"]
    for file in (*ours, *others):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    folder.clear()
    assert [file for file in ours if file.exists()] == []
    assert [file for file in others if not file.exists()] == []
    assert sorted(path.name for path in folder.path.iterdir()) == ["holiday.jpg", "photos"]
    folder.clear()


def test_clear_goes_on_where_it_was_interrupted(folder: DataFolder) -> None:
    for name in ("postgres", "postgres.deleted"):
        (folder.path / name).mkdir()
        (folder.path / name / "file").touch()
    folder.clear()
    assert list(folder.path.iterdir()) == []


def test_disk_without_enough_room(folder: DataFolder) -> None:
    folder.require_space(1)
    with pytest.raises(DiskFull, match=f"^The disk is full: there is no room left at {folder.path}.$"):
        folder.require_space(1 << 62)


def test_log_is_rotated_beneath_its_writer(folder: DataFolder) -> None:
    log = folder.log("engine")
    with log.open("a") as writer:
        for line in ("one\n", "two\n", "three\n"):
            writer.write(line)
            writer.flush()
            rotate(log, limit=3)
        writer.write("four\n")
    assert log.read_text() == "four\n"
    assert log.with_name("engine.log.1").read_text() == "three\n"


def test_short_log_is_left_alone(folder: DataFolder) -> None:
    folder.log("engine").write_text("one\n")
    rotate(folder.log("engine"), limit=100)
    rotate(folder.log("facade"))
    assert [path.name for path in folder.logs.iterdir()] == ["engine.log"]


def test_last_lines(folder: DataFolder) -> None:
    log = folder.log("engine")
    assert last_lines(log) == []
    log.write_bytes(b"\xff" * 20000 + b"\n" + b"".join(b"line %d\n" % number for number in range(20)))
    assert last_lines(log, 2) == ["line 18", "line 19"]
