import os
from pathlib import Path

import pytest

from player_api.authoring.errors import FilesRefused
from player_api.authoring.folders import read_tree, scripts_of, write_folder
from player_api.releases.folder import LARGEST_FILE
from stack.folder import ROOT


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_shipped_scripts_go_in_and_come_out_byte_for_byte(tmp_path: Path) -> None:
    scripts = scripts_of(read_tree(ROOT / "bpmn"), "bpmn")
    assert sorted(scripts) == sorted(path.parent.name for path in ROOT.glob("bpmn/*/script.bpmn"))
    for key, files in scripts.items():
        write_folder(tmp_path / key, files)
        assert contents(tmp_path / key) == contents(ROOT / "bpmn" / key)


def test_a_folder_of_one_script_is_one_script() -> None:
    folder = ROOT / "bpmn" / "promised_payment"
    assert scripts_of(read_tree(folder), "promised_payment").keys() == {"promised_payment"}


def test_what_an_author_has_deleted_goes_and_what_is_no_file_of_a_script_stays(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("old.form", "tests/old.yaml", ".git/HEAD", "notes.txt", ".hidden.form"):
        (tmp_path / name).write_bytes(b"x")
    write_folder(tmp_path, {"script.bpmn": b"new"})
    assert set(contents(tmp_path)) == {"script.bpmn", ".git/HEAD", "notes.txt", ".hidden.form"}
    assert not (tmp_path / "tests").exists()


def test_hidden_files_are_left_out(tmp_path: Path) -> None:
    for name in (".git/HEAD", ".DS_Store", "__MACOSX/x", "script.bpmn"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert read_tree(tmp_path) == {"script.bpmn": b"x"}


@pytest.mark.parametrize("kind", ["file", "folder", "pipe", "large"])
def test_what_is_no_plain_file_of_a_sensible_size_is_refused(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "script.bpmn"
    if kind == "file":
        place.symlink_to("/etc/passwd")
    elif kind == "folder":
        place.symlink_to(tmp_path.parent, target_is_directory=True)
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        with place.open("wb") as file:
            file.truncate(LARGEST_FILE + 1)
    with pytest.raises(FilesRefused, match=r"script\.bpmn"):
        read_tree(tmp_path)


@pytest.mark.parametrize("linked", ["", "tests", "script.bpmn"])
def test_nothing_is_written_through_a_link(tmp_path: Path, linked: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "script"
    if linked:
        folder.mkdir()
        (folder / linked).symlink_to(outside)
    else:
        folder.symlink_to(outside)
    with pytest.raises(FilesRefused, match="link"):
        write_folder(folder, {"script.bpmn": b"x", "tests/a.yaml": b"x"})
    assert contents(outside) == {}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["1st/script.bpmn"], "key"),
        (["a b/script.bpmn"], "key"),
        (["../script.bpmn"], "key"),
        (["good/script.bpmn", "bad/x.py"], "bad/x.py"),
        (["good/script.bpmn", "good/SCRIPT.bpmn"], "capital letters"),
        ([f"good/{number}.form" for number in range(501)], "more than 500"),
        (["README.md"], "no script"),
    ],
)
def test_one_wrong_file_refuses_all(names: list[str], said: str) -> None:
    with pytest.raises(FilesRefused, match=said):
        scripts_of(dict.fromkeys(names, b""), "all")
