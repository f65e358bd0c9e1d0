"""docs/first-script.md and its Russian twin: the same commands, which are run and say what the page says."""

import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from player_api.app import PREFIX
from stack.folder import ROOT
from stack.running import Running
from store.database import open_database
from tests.docs.matching import REST, differences
from tests.docs.pages import Block, blocks

PAGE, RUSSIAN = ROOT / "docs" / "first-script.md", ROOT / "docs" / "first-script.ru.md"
SCRIPT = "first_script"
CUT = "---- 8< ----"


@pytest.fixture
async def offered_to_nobody_afterwards(stack: Running) -> AsyncIterator[None]:
    """The script that the page publishes is nobody else's."""
    yield
    async with open_database(stack.database_url("script_manager"), pool_size=1) as database:
        gone = await database.fetch_all("DELETE FROM rollouts WHERE script = %s RETURNING script", (SCRIPT,))
    assert [row["script"] for row in gone] == [SCRIPT]


def test_both_languages_have_the_same_commands_and_the_same_answers() -> None:
    assert blocks(PAGE) == blocks(RUSSIAN)
    assert [block.language for block in blocks(PAGE)].count("sh") == 12


@pytest.mark.usefixtures("offered_to_nobody_afterwards")
def test_every_command_does_what_the_page_says(stack: Running, tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    parts = blocks(PAGE)
    shell = [part for part in parts if part.language == "sh"]
    known = {"API": f"{stack.urls['facade']}{PREFIX}", "KEY": stack.credentials.api_keys.admin}
    run = subprocess.run(
        [shutil.which("sh") or "sh", "-eu"],
        input="".join(f"{part.text}\necho\necho '{CUT}'\n" for part in shell),
        env=os.environ | known,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert run.returncode == 0, run.stderr
    said = dict(zip(map(id, shell), run.stdout.split(f"{CUT}\n"), strict=False))
    for command, answer in pairwise(parts):
        if command.language == "sh" and answer.language != "sh":
            assert [*_wrong(answer, said[id(command)].strip())] == [], command.text


def _wrong(documented: Block, said: str) -> list[str]:
    """Where an answer is not as documented; a line that ends in `…` says how the real one begins."""
    if documented.language == "json":
        return list(differences(json.loads(documented.text), json.loads(said)))
    expected, lines = documented.text.splitlines(), said.splitlines()
    fits = [
        real.startswith(line.removesuffix(REST)) if line.endswith(REST) else real == line
        for line, real in zip(expected, lines, strict=False)
    ]
    return [] if len(expected) == len(lines) and all(fits) else [said]
