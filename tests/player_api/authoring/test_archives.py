import io
import stat
import zipfile
from collections.abc import Callable

import pytest

from player_api.authoring.archives import read_archive, write_archive
from player_api.authoring.errors import FilesRefused
from player_api.authoring.folders import unwrapped
from player_api.releases.folder import LARGEST_FILE

LARGEST = 6_000_000
Fill = Callable[[zipfile.ZipFile], None]


def archive(fill: Fill) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as written:
        fill(written)
    return whole.getvalue()


def link(written: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("script.bpmn")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    written.writestr(entry, "/etc/passwd")


def bomb(written: zipfile.ZipFile) -> None:
    written.writestr("script.bpmn", bytes(50_000_000))


def many_bombs(written: zipfile.ZipFile) -> None:
    for number in range(3):
        written.writestr(f"{number}.bpmn", bytes(LARGEST_FILE - 1))


def twins(written: zipfile.ZipFile) -> None:
    written.writestr("script.bpmn", b"a")
    with pytest.warns(UserWarning, match="Duplicate"):
        written.writestr("script.bpmn", b"b")


def unusual(written: zipfile.ZipFile) -> None:
    written.writestr("script.bpmn", b"a" * 100, zipfile.ZIP_LZMA)


def many(written: zipfile.ZipFile) -> None:
    for number in range(10_001):
        written.writestr(str(number), b"")


def lying() -> bytes:
    """An archive whose entry says that it unpacks to one byte."""
    whole = bytearray(archive(lambda written: written.writestr("script.bpmn", bytes(50_000_000))))
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = whole.index(signature) + at
        whole[place : place + 4] = (1).to_bytes(4, "little")
    return bytes(whole)


def encrypted() -> bytes:
    whole = bytearray(archive(lambda written: written.writestr("script.bpmn", b"a")))
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


def corrupt() -> bytes:
    whole = bytearray(archive(lambda written: written.writestr("script.bpmn", b"a" * 1000)))
    whole[45] ^= 0xFF
    return bytes(whole)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (archive(link), "this is a link"),
        (archive(bomb), "larger than 5 MB"),
        (archive(many_bombs), "together are larger than 6 MB"),
        (archive(unusual), "unusual way"),
        (archive(many), "more than 10000 files"),
        (lying(), "damaged"),
        (encrypted(), "encrypted"),
        (corrupt(), "damaged"),
        (b"", "not a zip archive"),
        (b"PK\x05\x06" + bytes(10), "not a zip archive"),
    ],
    ids=["link", "bomb", "bombs", "LZMA", "many", "lying", "encrypted", "corrupt", "nothing", "cut off"],
)
def test_a_harmful_archive_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(FilesRefused, match=said):
        read_archive(content, LARGEST)


def test_a_file_twice_is_refused() -> None:
    with pytest.raises(FilesRefused, match="twice"):
        read_archive(archive(twins), LARGEST)


def test_equal_files_make_equal_archives_and_come_back() -> None:
    files = {"b.form": b"{}", "tests/a.yaml": b"\xff\0", "README.md": b""}
    whole = write_archive(files)
    assert whole == write_archive(dict(reversed(files.items())))
    assert read_archive(whole, LARGEST) == files


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a/script.bpmn", "a/tests/b.yaml"], ["script.bpmn", "tests/b.yaml"]),
        (["script.bpmn", "tests/b.yaml"], ["script.bpmn", "tests/b.yaml"]),
        (["tests/a.yaml"], ["tests/a.yaml"]),
        (["a/script.bpmn", "b/script.bpmn"], ["a/script.bpmn", "b/script.bpmn"]),
        (["../script.bpmn"], ["../script.bpmn"]),
        ([], []),
    ],
)
def test_the_folder_that_all_files_are_in_is_taken_off(names: list[str], expected: list[str]) -> None:
    assert list(unwrapped(dict.fromkeys(names, b""))) == expected
