import hashlib
import re
import shutil
from pathlib import Path

import pytest
import requests

from stack import jars
from stack.failures import DiskFull, NoNetwork, StackError, WrongHash
from stack.jars import Jar

CONTENT = b"PK, more or less"
NAMES = ["alpha", "beta", "gamma"]


def jar(name: str, content: bytes = CONTENT) -> Jar:
    return Jar("org.example", name, "1.0", "", hashlib.sha256(content).hexdigest())


class Repository:
    """Hands out one content after the other for each library, the last one again and again."""

    def __init__(self, *contents: bytes) -> None:
        self._contents = contents
        self.asked: list[str] = []

    def __call__(self, wanted: Jar, folder: Path) -> Path:
        earlier = self.asked.count(wanted.artifact)
        self.asked.append(wanted.artifact)
        file = folder / f"{wanted.artifact}.jar"
        file.write_bytes(self._contents[min(earlier, len(self._contents) - 1)])
        return file


def nothing(_done: int, _all: int) -> None:
    pass


def test_fetches_what_is_missing_and_says_how_far_it_is(tmp_path: Path) -> None:
    wanted, said = [jar(name) for name in NAMES], []
    files = jars.fetch(wanted, tmp_path, lambda done, all_: said.append((done, all_)), Repository(CONTENT))
    assert [file.read_bytes() for file in files] == [CONTENT] * 3
    assert said == [(1, 3), (2, 3), (3, 3)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", "org.example"]


def test_fetches_nothing_twice(tmp_path: Path) -> None:
    repository = Repository(CONTENT)
    for _ in range(2):
        jars.fetch([jar(name) for name in NAMES], tmp_path, nothing, repository)
    assert sorted(repository.asked) == NAMES


def test_replaces_what_was_damaged(tmp_path: Path) -> None:
    [file] = jars.fetch([jar("alpha")], tmp_path, nothing, Repository(CONTENT))
    file.write_bytes(CONTENT[:-1])
    said = []
    jars.fetch([jar("alpha")], tmp_path, lambda *counts: said.append(counts), Repository(CONTENT))
    assert file.read_bytes() == CONTENT
    assert said == [(1, 1)]


def test_wrong_content_is_fetched_once_more(tmp_path: Path) -> None:
    repository = Repository(b"<html>Log in to the wireless network</html>", CONTENT)
    [file] = jars.fetch([jar("alpha")], tmp_path, nothing, repository)
    assert file.read_bytes() == CONTENT
    assert repository.asked == ["alpha", "alpha"]


def test_wrong_content_twice_is_refused_and_deleted(tmp_path: Path) -> None:
    repository = Repository(b"wrong")
    with pytest.raises(WrongHash, match=r"^org\.example:alpha:1\.0 was downloaded twice and differs from its hash"):
        jars.fetch([jar("alpha")], tmp_path, nothing, repository)
    assert repository.asked == ["alpha", "alpha"]
    assert not (tmp_path / jar("alpha").path).exists()
    jars.fetch([jar("alpha")], tmp_path, nothing, Repository(CONTENT))
    assert [path.name for path in tmp_path.rglob("*.jar")] == ["alpha-1.0.jar"]


@pytest.mark.parametrize(
    ("raised", "refused", "sentence"),
    [
        (requests.ConnectionError("refused"), NoNetwork, "^No network: the Java libraries can't be downloaded;"),
        (requests.Timeout("slow"), NoNetwork, "^No network: "),
        (RuntimeError("not found"), StackError, "^A Java library can't be downloaded: not found$"),
    ],
)
def test_download_that_fails_keeps_what_is_there(
    tmp_path: Path, raised: Exception, refused: type[Exception], sentence: str
) -> None:
    jars.fetch([jar("alpha")], tmp_path, nothing, Repository(CONTENT))

    def fails(_jar: Jar, _folder: Path) -> Path:
        raise raised

    with pytest.raises(refused, match=sentence):
        jars.fetch([jar("alpha"), jar("beta")], tmp_path, nothing, fails)
    assert [path.name for path in tmp_path.rglob("*.jar")] == ["alpha-1.0.jar"]


def test_what_a_killed_download_left_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "unfinished" / "tmp1").mkdir(parents=True)
    (tmp_path / "unfinished" / "tmp1" / "half.jar").write_bytes(b"PK")
    jars.fetch([jar("alpha")], tmp_path, nothing, Repository(CONTENT))
    assert not (tmp_path / "unfinished").exists()


def test_full_disk_is_said_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(100, 99, 1))
    repository = Repository(CONTENT)
    with pytest.raises(DiskFull):
        jars.fetch([jar("alpha")], tmp_path, nothing, repository)
    assert repository.asked == []


@pytest.mark.parametrize(
    ("line", "coordinate", "path"),
    [
        (
            "ch.qos.logback:logback-core:1.5.18",
            "ch.qos.logback:logback-core:1.5.18",
            "ch.qos.logback/logback-core-1.5.18.jar",
        ),
        ("org.a:b:1:shaded", "org.a:b:1:shaded", "org.a/b-1-shaded.jar"),
    ],
)
def test_lock_line(tmp_path: Path, line: str, coordinate: str, path: str) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text(f"{line} sha256:{'0' * 64}\n")
    [read] = jars.read_lock(lock)
    assert (read.coordinate, str(read.path), read.sha256) == (coordinate, path, "0" * 64)


@pytest.mark.parametrize("lock", sorted(jars.LOCKS.glob("*.lock")), ids=lambda lock: lock.stem)
def test_locks_name_libraries_and_hashes_and_no_addresses(lock: Path) -> None:
    line = re.compile(r"[\w.-]+:[\w.-]+:[\w.-]+(:[\w.-]+)? sha256:[0-9a-f]{64}")
    lines = lock.read_text().splitlines()
    assert [text for text in lines if not line.fullmatch(text)] == []
    paths = [read.path for read in jars.read_lock(lock)]
    assert len(set(paths)) == len(paths) > 40
