"""The interpreter is built from the lock file, or a sentence says why it is not."""

import shutil
from pathlib import Path

import pytest

from feel.bundle import FOLDER, BundleError, build, bundle_path, read_bundle

SOURCES = ["package.json", "package-lock.json", ".npmrc", "evaluate.js"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in SOURCES:
        shutil.copy(FOLDER / name, tmp_path)
    return tmp_path


def test_what_is_not_built_is_said_and_not_guessed(folder: Path) -> None:
    with pytest.raises(BundleError, match="run python -m feel"):
        read_bundle(folder)


def test_every_change_of_the_sources_needs_another_build(folder: Path) -> None:
    paths = {bundle_path(folder)}
    for name in SOURCES:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        paths.add(bundle_path(folder))
    assert len(paths) == len(SOURCES) + 1


def test_without_npm_a_sentence_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr("sys.executable", str(folder / "python"))
    with pytest.raises(BundleError, match="npm is needed"):
        build(folder)


def test_a_build_that_fails_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = folder / "bin"
    programs.mkdir()
    for name in ("npm", "node"):
        (programs / name).write_text("#!/bin/sh\necho 'no way to the packages' >&2\nexit 1\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    monkeypatch.setattr("sys.executable", str(programs / "python"))
    with pytest.raises(BundleError, match="npm ci failed: no way to the packages"):
        build(folder)
    assert list((folder / "dist").iterdir()) == []


def test_the_lock_file_names_packages_and_no_addresses() -> None:
    assert '"resolved"' not in (FOLDER / "package-lock.json").read_text(encoding="utf-8")
