"""Building web applications, in small npm workspaces that need no package."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stack.failures import DiskFull, NoNetwork, StackError
from stack.folder import ROOT
from stack.screen import Screen
from stack.web import Workspace, workspace

WRITES = """
const fs = require("fs");
fs.appendFileSync("../runs", "build\\n");
fs.mkdirSync("dist/player", { recursive: true });
fs.writeFileSync("dist/player/script-player.js", fs.readFileSync("source.js"));
"""
WAITS = """
require("fs").appendFileSync("../runs", "begin\\n");
console.log("begun");
while (!require("fs").existsSync("../go")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
"""
BUILDS = """
import sys
from pathlib import Path
from stack.screen import Screen
from stack.web import Workspace
print(Workspace(Path(sys.argv[1]) / "web", Path(sys.argv[1]) / "made").build(Screen()).name)
"""


class Checkout:
    """A folder with a workspace in `web`; ``runs`` tells what npm ran."""

    def __init__(self, folder: Path, build: str = WRITES, **scripts: str) -> None:
        self.folder = folder
        self.sources = folder / "web"
        self.sources.mkdir()
        self.workspace = Workspace(self.sources, folder / "made")
        package = {"name": "small", "version": "1.0.0", "scripts": {"build": "node build.cjs", **scripts}}
        self.write("package.json", json.dumps(package))
        self.write("package-lock.json", json.dumps({"lockfileVersion": 3, "packages": {"": {"name": "small"}}}))
        self.write("build.cjs", build)
        self.write("source.js", "first")

    def write(self, name: str, text: str) -> None:
        (self.sources / name).write_text(text)

    def build(self) -> Path:
        return self.workspace.build(Screen())

    @property
    def runs(self) -> list[str]:
        file = self.folder / "runs"
        return file.read_text().split() if file.exists() else []

    @contextmanager
    def start(self) -> "Iterator[subprocess.Popen[str]]":
        """Begin a build in another process; whatever waits may go on when the block is left."""
        command = [sys.executable, "-c", BUILDS, str(self.folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
            try:
                yield process
            finally:
                if process.returncode is None:
                    self.go()

    def go(self) -> None:
        """Let builds that wait go on."""
        (self.folder / "go").touch()

    def wait_until_it_builds(self, building: "subprocess.Popen[str]") -> None:
        assert building.stderr is not None
        assert next(building.stderr) == "Web pages: building\n"
        log = self.workspace.made / "build.log"
        while "begun" not in (log.read_text() if log.exists() else ""):
            assert building.poll() is None


def content(built: Path) -> str:
    return (built / "player" / "script-player.js").read_text()


def test_builds_only_what_has_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkout = Checkout(tmp_path)
    first = checkout.build()
    assert content(first) == "first"
    assert capsys.readouterr().err == "Web pages: building\n"
    assert checkout.build() == first
    assert (checkout.runs, capsys.readouterr().err) == (["build"], "")
    checkout.write("source.js", "second")
    assert content(checkout.build()) == "second"
    assert content(first) == "first"
    checkout.write("source.js", "first")
    assert checkout.build() == first
    assert checkout.runs == ["build", "build"]


def test_the_last_builds_stay(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    made = []
    for number in range(5):
        checkout.write("source.js", f"{number}")
        made.append(checkout.build())
        os.utime(made[-1], (number + 1, number + 1))
        os.utime(checkout.sources / "dist", (0, 0))
    assert [content(built) for built in made if built.exists()] == ["2", "3", "4"]


@pytest.mark.parametrize(
    ("script", "refused", "sentence"),
    [
        (
            "console.log('line 1 is wrong'); process.exit(1)",
            StackError,
            r"^npm run build failed\. (?s:.*)line 1 is wron",
        ),
        ("console.log('ENOSPC: no space left on device, write'); process.exit(1)", DiskFull, "^The disk is full: "),
        (
            "require('fs').appendFileSync('source.js', 'x'); require('fs').mkdirSync('dist')",
            StackError,
            "changed while",
        ),
    ],
)
def test_a_build_that_fails_is_said_and_leaves_nothing(
    tmp_path: Path, script: str, refused: type[Exception], sentence: str
) -> None:
    checkout = Checkout(tmp_path, script)
    with pytest.raises(refused, match=sentence):
        checkout.build()
    assert [path for path in checkout.workspace.made.iterdir() if path.is_dir()] == []


def test_two_at_once_build_once(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, WAITS + WRITES)
    with checkout.start() as first:
        checkout.wait_until_it_builds(first)
        with checkout.start() as second:
            assert second.stderr is not None
            assert next(second.stderr) == "The web pages are being built by another start; waiting for it.\n"
            checkout.go()
            said = [process.communicate(timeout=60)[0].strip() for process in (first, second)]
    assert said == [checkout.workspace.digest()] * 2
    assert checkout.runs == ["begin", "build"]


def test_what_a_killed_build_left_running_is_waited_for(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, WAITS + WRITES)
    with checkout.start() as killed:
        checkout.wait_until_it_builds(killed)
        killed.kill()
        killed.wait()
    with checkout.start() as second:
        assert second.stderr is not None
        assert "waiting for it" in next(second.stderr)
        checkout.go()
        said, _ = second.communicate(timeout=60)
    assert content(checkout.workspace.made / said.strip()) == "first"
    assert checkout.runs == ["begin", "build", "begin", "build"]


def test_without_a_network_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = Checkout(tmp_path)
    for name, value in {
        "registry": "http://127.0.0.1:9",
        "cache": str(tmp_path / "cache"),
        "fetch_retries": "0",
    }.items():
        monkeypatch.setenv(f"npm_config_{name}", value)
    needed = {"version": "1.0.0", "integrity": "sha512-" + "A" * 86 + "=="}
    root = {"name": "small", "version": "1.0.0", "dependencies": {"needed": "1.0.0"}}
    checkout.write("package.json", json.dumps({**root, "scripts": {"build": "node build.cjs"}}))
    lock = {"lockfileVersion": 3, "packages": {"": root, "node_modules/needed": needed}}
    checkout.write("package-lock.json", json.dumps(lock))
    with pytest.raises(NoNetwork, match=r"^No network: the npm packages can't be downloaded; [^\n]*$"):
        checkout.build()


def test_packages_are_installed_again_only_where_they_changed(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.build()
    installed = checkout.sources / "node_modules" / ".package-lock.json"
    (stray := installed.parent / "stray").mkdir(parents=True)
    installed.write_text("{}")
    before = (checkout.workspace.made / "installed").read_text()
    checkout.write("source.js", "second")
    checkout.build()
    assert stray.exists()
    checkout.write(".npmrc", "audit=false")
    checkout.build()
    assert (checkout.workspace.made / "installed").read_text() != before
    assert not stray.exists()


def test_what_was_found_good_is_not_checked_again(tmp_path: Path) -> None:
    script = "fs.appendFileSync('../runs', 'check '); fs.readFileSync('source.js', 'utf8') === 'bad' && wrong()"
    checkout = Checkout(tmp_path, check=f'node -e "{script}"')
    checkout.workspace.check(Screen())
    checkout.workspace.check(Screen())
    assert checkout.runs == ["check"]
    checkout.write("source.js", "bad")
    for _ in range(2):
        with pytest.raises(StackError, match="wrong is not defined"):
            checkout.workspace.check(Screen())
    assert checkout.runs == ["check", "check", "check"]


def test_the_lock_file_of_this_checkout_names_no_addresses() -> None:
    lock = (workspace().sources / "package-lock.json").read_text(encoding="utf-8")
    assert not re.search(r'"resolved": "[a-z+]+:', lock)
