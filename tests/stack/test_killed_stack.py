import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from stack.folder import ROOT, DataFolder


def stack(*arguments: str, data: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "stack", *arguments, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_whole_stack_comes_back_with_its_data_after_its_supervisor_was_killed(folder: DataFolder) -> None:
    def up(*options: str) -> str:
        started = stack("up", "--detach", "--ports", "free", *options, data=folder.path)
        assert started.returncode == 0, started.stderr
        assert "Script Manager is ready." in started.stdout
        return started.stderr

    def ask(path: str) -> httpx.Response:
        said = json.loads(stack("status", "--json", data=folder.path).stdout)
        key = json.loads(Path(said["credentials"]).read_text())["api_keys"]["operator"]
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.get(f"{said['parts']['facade']['url']}/api/v1{path}", headers=headers, trust_env=False)

    answers = ROOT / "bpmn" / "promised_payment" / "answers" / "promised.json"
    up()
    try:
        walked = stack("walk", "promised_payment", "--answers", str(answers), data=folder.path)
        session = walked.stdout.split()[1].rstrip(",")
        assert ask(f"/sessions/{session}").json()["state"] == "ended"
        os.kill(folder.holder() or 0, signal.SIGKILL)
        assert "The last run was killed; stopping what it left: postgres, engine, " in up()
        assert ask(f"/sessions/{session}").json()["state"] == "ended"
        assert stack("down", data=folder.path).returncode == 0
        up("--fresh")
        assert ask(f"/sessions/{session}").status_code == 404
    finally:
        assert stack("down", data=folder.path).returncode == 0


@pytest.mark.parametrize(("options", "collected"), [([], "no tests collected"), (["--long"], "1 test collected")])
def test_long_tests_run_only_when_asked_for(options: list[str], collected: str) -> None:
    name = "test_whole_stack_comes_back_with_its_data_after_its_supervisor_was_killed"
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", f"{__file__}::{name}", *options]
    asked = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=100)
    assert collected in asked.stdout
