import json
import os
import subprocess
import sys

import psutil
import pytest

from stack import running
from stack.credentials import create
from stack.engines.products import OPERATON, EngineName
from stack.failures import StackError
from stack.folder import DataFolder
from stack.parts import State
from stack.running import PartState, StackState
from stack.supervisor import Change
from tests.stack.ground import small_part

URL = "http://127.0.0.1:8000"


def written(folder: DataFolder, facade: State) -> None:
    migrate = small_part(folder.path, "migrate", ready=None)
    part = small_part(folder.path, "facade", url=URL)
    state = StackState.planned([migrate, part], {"facade": 8000, "postgres": 5432}, EngineName.OPERATON)
    state.after(Change(part, facade, os.getpid())).write(folder)


@pytest.mark.parametrize("state", list(State))
def test_status_of_a_running_stack(folder: DataFolder, state: State) -> None:
    with folder.held():
        written(folder, state)
        said = running.status(folder)
    assert json.loads(said.model_dump_json()) == {
        "parts": {"facade": {"url": URL, "state": state}},
        "credentials": str(folder.credentials),
    }
    assert said.runs is (state is not State.STOPPED)


def test_status_after_the_supervisor_was_killed(folder: DataFolder) -> None:
    written(folder, State.READY)
    said = running.status(folder)
    assert said.parts["facade"].state is State.STOPPED
    assert not said.runs


@pytest.mark.parametrize("content", [None, "", "{half"])
def test_status_without_a_state(folder: DataFolder, content: str | None) -> None:
    if content is not None:
        folder.state.write_text(content)
    assert running.status(folder).parts == {}


def test_finds_a_ready_stack(folder: DataFolder) -> None:
    made = create(folder.credentials)
    with folder.held():
        written(folder, State.READY)
        found = running.find(folder)
    assert found.urls == {"facade": URL}
    assert found.credentials == made
    assert found.engine is OPERATON
    password = made.databases.demo.password
    assert found.database_url("demo") == f"postgresql://demo:{password}@127.0.0.1:5432/demo"


def test_finds_nothing_that_is_not_ready(folder: DataFolder) -> None:
    create(folder.credentials)
    with folder.held():
        written(folder, State.STARTING)
        with pytest.raises(StackError, match=f"^Nothing is ready in {folder.path}; start it with ./scripts/up.$"):
            running.find(folder)


def test_process_is_known_by_its_start_too() -> None:
    created = psutil.Process().create_time()
    part = PartState(url=None, state=State.READY, pid=os.getpid(), created=created)
    assert part.process() == psutil.Process()
    assert part.model_copy(update={"created": created - 60}).process() is None
    assert part.model_copy(update={"created": None}).process() is None
    assert part.model_copy(update={"pid": None}).process() is None


def test_process_that_has_ended(folder: DataFolder) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    assert PartState(url=None, state=State.READY, pid=ended.pid, created=1.0).process() is None
    change = Change(small_part(folder.path, "facade"), State.STARTING, ended.pid)
    assert StackState().after(change).parts["facade"].created is None
