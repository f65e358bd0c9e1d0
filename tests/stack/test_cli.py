"""The commands as a person types them, on folders where no whole stack is needed."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from stack.folder import DataFolder


def stack(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "stack", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)


def test_status_where_nothing_runs(folder: DataFolder) -> None:
    asked = stack("status", "--data", folder.path)
    assert (asked.returncode, asked.stdout) == (3, "Nothing runs; ./scripts/up starts everything.\n")
    asked = stack("status", "--json", "--data", folder.path)
    assert asked.returncode == 3
    assert json.loads(asked.stdout) == {"parts": {}, "credentials": str(folder.credentials)}


def test_down_where_nothing_runs(folder: DataFolder) -> None:
    asked = stack("down", "--data", folder.path)
    assert (asked.returncode, asked.stderr) == (0, "Nothing runs.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--port", "facade"], "--port facade is not PART=NUMBER with one of the parts postgres, engine, "),
        (["--port", "facade=9000", "--port", "engine=9000"], "engine and facade can't both listen on port 9000.\n"),
    ],
)
def test_up_refuses_what_makes_no_sense(folder: DataFolder, arguments: list[str], sentence: str) -> None:
    asked = stack("up", "--data", folder.path, *arguments)
    assert asked.returncode == 1
    assert asked.stderr.startswith(sentence)
    assert len(asked.stderr.splitlines()) == 1


@pytest.mark.parametrize("options", [[], ["--detach"]])
def test_taken_port_is_one_sentence_and_leaves_nothing(folder: DataFolder, options: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        asked = stack("up", "--data", folder.path, "--ports", "free", "--port", f"engine={port}", *options)
    assert asked.returncode == 1
    assert asked.stderr == (
        f"Port {port}, which engine needs, is taken by another program; "
        f"choose another with --port engine={port + 1}, or --ports free.\n"
    )
    assert not folder.postgres.exists()
    assert not folder.credentials.exists()


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    asked = stack("up", "--data", file)
    assert asked.returncode == 1
    assert asked.stderr == f"The folder {file} can't be used: Not a directory.\n"


def test_traceback_goes_to_the_log_alone(folder: DataFolder) -> None:
    folder.state.mkdir()
    asked = stack("status", "--data", folder.path)
    assert asked.returncode == 1
    [sentence] = asked.stderr.splitlines()
    assert sentence.startswith("Something unexpected happened (IsADirectoryError: ")
    assert sentence.endswith(f"the details are in {folder.log('stack')}.")
    [frames] = [error["frames"] for error in json.loads(folder.log("stack").read_text())["exception"]]
    assert frames[-1]["name"] == "read_bytes" or frames[-1]["name"] == "open"


def test_disk_that_fills_up_while_starting_is_one_sentence_and_nothing_is_left_running(folder: DataFolder) -> None:
    folder.state.with_suffix(".new").symlink_to("/dev/full")
    asked = stack("up", "--data", folder.path, "--ports", "free")
    assert asked.returncode == 1
    assert asked.stderr.splitlines()[-1] == f"The disk is full: there is no room left at {folder.path}."
    assert "Traceback" not in asked.stderr
    left = [process for process in psutil.process_iter(["cmdline"]) if str(folder.path) in str(process.info["cmdline"])]
    assert left == []


def test_data_without_its_passwords(folder: DataFolder) -> None:
    folder.postgres.mkdir()
    asked = stack("up", "--data", folder.path, "--ports", "free")
    assert asked.returncode == 1
    assert asked.stderr == (
        f"The data is there but its passwords in {folder.credentials} can't be read; "
        "put the file back, or start empty with ./scripts/up --fresh.\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_while_starting_stops_everything(folder: DataFolder, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "stack", "up", "--data", str(folder.path), "--ports", "free"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = [next(line for line in process.stderr if "postgres" in line and "ready" in line)]
        process.send_signal(number)
        said.extend(process.stderr)
    assert process.returncode == 0
    assert said[-1].split() == ["postgres", "stopped"]
    assert not (folder.postgres / "postmaster.pid").exists()
    assert not folder.is_held()


def test_end_of_input_stops_everything(folder: DataFolder) -> None:
    command = [sys.executable, "-m", "stack", "up", "--until-input-ends", "--data", str(folder.path), "--ports", "free"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        assert any("postgres" in line and "ready" in line for line in process.stderr)
        process.stdin.close()
        assert process.stderr.readlines()[-1].split() == ["postgres", "stopped"]
    assert process.returncode == 0


def test_next_up_stops_what_a_killed_one_left(folder: DataFolder) -> None:
    command = [sys.executable, "-m", "stack", "up", "--data", str(folder.path), "--ports", "free"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("postgres" in line and "ready" in line for line in process.stderr)
        process.kill()
    postmaster = int((folder.postgres / "postmaster.pid").read_text().splitlines()[0])
    assert psutil.pid_exists(postmaster)
    asked = stack("down", "--data", folder.path)
    assert asked.returncode == 0
    assert asked.stderr.startswith("The last run was killed; stopping what it left: ")
    assert "postgres" in asked.stderr
    assert not psutil.pid_exists(postmaster)
    assert not (folder.postgres / "postmaster.pid").exists()
