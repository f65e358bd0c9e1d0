import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from stack import leftovers
from stack.engines.products import EngineName
from stack.folder import DataFolder
from stack.parts import State
from stack.running import StackState
from stack.supervisor import Change
from tests.stack.ground import small_part

SAYS_ITS_END = """
import signal
def end(number, _frame):
    open(r"{ends}", "a").write("{name} " + signal.Signals(number).name + "\\n")
    raise SystemExit
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, end)
print("there", flush=True)
signal.pause()
"""


@pytest.fixture
def left(folder: DataFolder) -> Iterator[dict[str, "subprocess.Popen[str]"]]:
    """Processes that a supervisor of ``folder`` started before it was killed, and that go on."""
    state = StackState()
    processes = {}
    with ExitStack() as resources:
        for name in ("postgres", "engine", "facade"):
            code = SAYS_ITS_END.replace("{ends}", str(folder.path / "ends")).replace("{name}", name)
            process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
            resources.enter_context(process)
            resources.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline() == "there\n"
            state = state.after(Change(small_part(folder.path, name), State.READY, process.pid))
            processes[name] = process
        state.write(folder)
        yield processes


def test_stops_what_a_killed_supervisor_left_the_database_last(
    folder: DataFolder, left: dict[str, "subprocess.Popen[str]"]
) -> None:
    said: list[str] = []
    leftovers.stop(folder, said.append)
    assert said == ["The last run was killed; stopping what it left: postgres, engine, facade"]
    assert [process.wait(0) for process in left.values()] == [0, 0, 0]
    *others, last = (folder.path / "ends").read_text().splitlines()
    assert sorted(others) == ["engine SIGTERM", "facade SIGTERM"]
    assert last == "postgres SIGINT"


def test_says_nothing_where_nothing_was_left(folder: DataFolder) -> None:
    leftovers.stop(folder, pytest.fail)
    part = small_part(folder.path, "facade")
    StackState.planned([part], {}, EngineName.CAMUNDA).after(Change(part, State.STOPPED)).write(folder)
    leftovers.stop(folder, pytest.fail)
