"""Finding a browser, and what is said where there is none."""

import os
from pathlib import Path

import pytest

from stack import chromium


def program(folder: Path, name: str, script: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path with nothing on it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_the_first_one_that_starts_is_taken(path: Path) -> None:
    program(path, "chromium", "echo 'install it with a package manager'; exit 1")
    program(path, "chromium-browser", "echo 'a stub'")
    found = program(path, "google-chrome", "echo 'Google Chrome 156.0'")
    assert chromium.find() == found
    assert chromium.bring(pytest.fail) == found


def test_root_gets_debian_s_package(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    browser = "printf '#!/bin/sh\\necho Chromium 156.0\\n' > {0}/chromium; /bin/chmod 755 {0}/chromium"
    install = f'case "$*" in *install*chromium*) {browser.format(path)};; esac'
    program(path, "apt-get", install)
    said: list[str] = []
    assert chromium.bring(said.append) == path / "chromium"
    assert said == ["Installing Chromium, which the browser tests need"]


@pytest.mark.parametrize(
    ("apt_get", "user", "why"),
    [
        (None, 0, "none is on the path, and this machine has no apt-get"),
        ("exit 0", 1000, "none is on the path, and only root may install it"),
        ("echo 'E: no network' >&2; exit 100", 0, r"apt-get failed \(E: no network\)"),
        ("exit 0", 0, "Debian's package brought none that starts"),
    ],
)
def test_where_it_can_t_be_had_one_sentence_says_what_to_do(
    path: Path, monkeypatch: pytest.MonkeyPatch, apt_get: str | None, user: int, why: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    if apt_get:
        program(path, "apt-get", apt_get)
    with pytest.raises(chromium.NoChromium, match=rf"^No Chromium: {why}; install it, [^\n]*apt-get install chromium$"):
        chromium.bring(lambda _text: None)
