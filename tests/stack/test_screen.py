import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.credentials import Credentials
from stack.engines.products import CAMUNDA, OPERATON, Product
from stack.folder import DEFAULT_DATA, DataFolder
from stack.parts import State
from stack.ports import DEFAULTS
from stack.running import Running
from stack.screen import Screen, addresses
from stack.supervisor import Change
from tests.stack.ground import small_part


@pytest.fixture
def seconds() -> Iterator[float]:
    return iter((0.0, *(number / 2 for number in range(1, 100))))


def test_tells_what_becomes_of_a_part(capsys: pytest.CaptureFixture[str], seconds: Iterator[float]) -> None:
    screen = Screen(clock=lambda: next(seconds))
    engine, migrate = small_part(Path(), "engine"), small_part(Path(), "migrate", ready=None)
    for change in (
        Change(engine, State.STARTING, 1),
        Change(engine, State.READY, 1),
        Change(engine, State.RESTARTING, note="ended by SIGKILL, is started again in 0.5 s"),
        Change(engine, State.STOPPED),
        Change(migrate, State.STARTING, 2),
        Change(migrate, State.STOPPED),
    ):
        screen.change(change)
    said = capsys.readouterr()
    assert [line.split(maxsplit=2)[:2] for line in said.err.splitlines()] == [
        ["engine", "ready"],
        ["engine", "ended"],
        ["engine", "stopped"],
        ["migrate", "done"],
    ]
    assert said.out == ""


def test_tells_of_a_download_in_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with Screen().downloading("Java libraries") as progress:
        for done in range(1, 115):
            progress(done, 114)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Java libraries: 11/114"
    assert lines[-1] == "Java libraries: 114/114"
    assert len(lines) == 11


def test_goes_on_where_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with io.TextIOWrapper(io.FileIO(writer, "w"), write_through=True) as closed:
        monkeypatch.setattr(sys, "stderr", closed)
        screen = Screen()
        screen.say("one")
        screen.say("two")


@pytest.mark.parametrize(("engine", "cockpit"), [(CAMUNDA, "http://h:2/camunda"), (OPERATON, "http://h:2/operaton")])
@pytest.mark.parametrize(("to_terminal", "is_shown"), [(True, True), (False, False)])
def test_password_is_shown_to_a_person_alone(engine: Product, cockpit: str, to_terminal: bool, is_shown: bool) -> None:
    credentials = Credentials.generate()
    urls = {
        "facade": "http://h:1",
        "engine": "http://h:2/engine-rest",
        "demo-billing": "http://h:3",
        "crm": "http://h:4",
        "demo-backoffice": "http://h:5",
    }
    running = Running(DataFolder(DEFAULT_DATA), urls, DEFAULTS, credentials, engine)
    text = addresses(running, to_terminal=to_terminal)
    assert (credentials.cockpit.password in text) is is_shown
    assert "http://h:4 " in text.splitlines()[1]
    assert "http://h:1/docs" in text
    assert f"{cockpit} " in text
    assert text.endswith("./scripts/walk promised_payment")


def test_another_folder_is_named_in_commands() -> None:
    assert DataFolder(Path("/data")).option == " --data /data"
    assert DataFolder(DEFAULT_DATA).option == ""
