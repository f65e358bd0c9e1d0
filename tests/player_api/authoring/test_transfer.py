import os
import secrets
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from player_api.authoring.desk import DraftDesk
from player_api.sessions.context import Caller
from stack.folder import ROOT
from stack.running import Running
from store.database import Database, open_database
from store.drafts import Drafts
from store.release_files import ReleaseFiles

AUTHOR = Caller("key:author", "main", "c")


@pytest.fixture
def desk(database: Database) -> DraftDesk:
    return DraftDesk(Drafts(database))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a script with a key of its own."""
    made = tmp_path / "in" / f"script_{secrets.token_hex(6)}"
    (made / "tests").mkdir(parents=True)
    (made / "script.bpmn").write_bytes(b"<a/>\r\n")
    (made / "tests" / "one.yaml").write_bytes(b"name: \xff")
    return made


def run(url: str, *arguments: object) -> tuple[int, str]:
    """Run the command; return its status and what it said."""
    ended = subprocess.run(
        [sys.executable, "-m", "player_api.authoring", *map(str, arguments)],
        env=os.environ | {"SCRIPT_MANAGER_DATABASE_URL": url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ended.returncode, ended.stderr


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_a_folder_goes_in_and_comes_out_as_folder_and_archive(
    database_url: str, desk: DraftDesk, folder: Path, tmp_path: Path
) -> None:
    key = folder.name
    assert run(database_url, "import", folder.parent)[0] == 0
    assert (await desk.read(key)).files == contents(folder)
    for target in ("out", "out.zip"):
        assert run(database_url, "export", key, "--to", tmp_path / target)[0] == 0
    assert contents(tmp_path / "out" / key) == contents(folder)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{key}/{name}": content for name, content in contents(folder).items()
        }
    assert run(database_url, "import", tmp_path / "out.zip")[0] == 0
    assert (await desk.outline(key)).version == 1


async def test_what_an_author_has_changed_is_not_overwritten_unless_it_is_said(
    database_url: str, desk: DraftDesk, folder: Path
) -> None:
    key = folder.name
    assert run(database_url, "import", folder)[0] == 0
    await desk.change(AUTHOR, key, 1, {"README.md": b"changed"})
    status, said = run(database_url, "import", folder)
    assert status == 1
    assert "key:author has changed this draft" in said
    assert run(database_url, "import", folder, "--keep")[0] == 0
    assert (await desk.outline(key)).version == 2
    assert run(database_url, "import", folder, "--replace")[0] == 0
    assert (await desk.read(key)).files == contents(folder)
    assert await desk.file(key, "README.md", 2) == b"changed"


async def test_one_wrong_script_keeps_all_of_them_out(database_url: str, desk: DraftDesk, folder: Path) -> None:
    (folder.parent / "zzz").mkdir()
    (folder.parent / "zzz" / "run.sh").write_bytes(b"x")
    status, said = run(database_url, "import", folder.parent)
    assert status == 1
    assert "zzz/run.sh" in said
    assert [script.key for script in await desk.scripts() if script.key == folder.name] == []


@pytest.mark.parametrize("arguments", [("import", "nowhere"), ("export", "unknown", "--to", "x")])
def test_what_is_not_there_is_said_in_a_line(database_url: str, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    status, said = run(database_url, *(tmp_path / name if name in {"nowhere", "x"} else name for name in arguments))
    assert (status, "Traceback" in said) == (1, False)


async def test_a_stack_has_the_shipped_scripts_as_drafts_and_what_its_releases_were_made_of(stack: Running) -> None:
    async with open_database(stack.database_url("script_manager"), pool_size=1) as database:
        for path in ROOT.glob("bpmn/*/script.bpmn"):
            draft = await Drafts(database).read(path.parent.name)
            assert draft is not None
            assert draft.files == contents(path.parent)
        sources = await ReleaseFiles(database).sources("promised_payment", 1)
        assert sources == contents(ROOT / "bpmn" / "promised_payment")
