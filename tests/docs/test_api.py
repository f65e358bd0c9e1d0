"""docs/api.md against the facade: its tables, and its examples, which are run."""

import json
import os
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import SecretStr

from player_api.app import PREFIX, create_app
from player_api.conversations.models import Expects, TurnRequest, TurnState
from player_api.problems import KINDS
from player_api.sessions.models import ShownState
from runtime.settings import Settings
from stack.folder import ROOT
from stack.running import Running
from tests.docs.matching import differences
from tests.docs.pages import Block, blocks, rows

PAGE = ROOT / "docs" / "api.md"
CONVERSATIONS = ROOT / "docs" / "conversations.md"
CUT = "---- 8< ----"


def test_problems() -> None:
    kinds = [[kind.slug, str(kind.status), str(kind.retry_after or ""), kind.title] for kind in KINDS.values()]
    assert sorted(rows(PAGE, "type")) == sorted(kinds)


def test_states() -> None:
    assert [row[0] for row in rows(PAGE, "state")] == list(ShownState)


def test_conversations() -> None:
    [*shown, last] = [row[0] for row in rows(CONVERSATIONS, "conversation")]
    assert sorted([*shown, *last.split(", ")]) == sorted(TurnState)
    assert all(f"`{expected}`" in CONVERSATIONS.read_text(encoding="utf-8") for expected in Expects)
    assert {row[0] for row in rows(CONVERSATIONS, "member")} >= {*TurnRequest.model_fields} - {"turn"}


def test_requests() -> None:
    app = create_app(Settings(database_url=SecretStr("postgresql://nobody@127.0.0.1/none")))
    requests = [
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for path, item in app.openapi()["paths"].items()
        for method in item
    ]
    assert sorted(row[0] for row in rows(PAGE, "request")) == sorted(requests)


@pytest.mark.parametrize(("page", "role"), [(PAGE, "operator"), (CONVERSATIONS, "bot")], ids=["api", "conversations"])
def test_examples(stack: Running, page: Path, role: str) -> None:
    """The page's shell blocks, one after the other in one shell, say what the blocks below them say."""
    set_up, *examples = blocks(page)
    assert [line.partition("=")[0] for line in set_up.text.splitlines()] == ["API", "KEY"]
    shell = [example for example in examples if example.language == "sh"]
    keys = stack.credentials.api_keys
    known = {"API": f"{stack.urls['facade']}{PREFIX}", "KEY": getattr(keys, role), "AUTHOR_KEY": keys.author}
    known |= {"ADMIN_KEY": keys.admin, "EMBEDDER_KEY": keys.embedder}
    script = "".join(f"{example.text}\necho '{CUT}'\n" for example in shell)

    command = [shutil.which("sh") or "sh", "-eu"]
    run = subprocess.run(
        command, input=script, env=os.environ | known, capture_output=True, text=True, check=False, timeout=60
    )

    assert run.returncode == 0, run.stderr
    said = dict(zip(map(id, shell), run.stdout.split(f"{CUT}\n"), strict=False))
    for example, answer in pairwise(examples):
        if example.language == "sh" and answer.language != "sh":
            compare(example, answer, said[id(example)])


def compare(example: Block, documented: Block, said: str) -> None:
    if documented.language == "json":
        found = list(differences(json.loads(documented.text), json.loads(said)))
        assert not found, "\n".join([example.text, *found])
    else:
        assert said == documented.text, example.text


@pytest.mark.parametrize(
    ("documented", "actual", "fits"),
    [
        ("…", {"any": "thing"}, True),
        ("Дожд…", "Дождитесь номера", True),
        ("Дожд…", "Номер", False),
        ("Дожд…", None, False),
        ({}, [], False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1, "…": "…"}, {"a": 1, "b": 2}, True),
        ({"a": 1, "b": "…"}, {"a": 1}, False),
        ([1, 2], [1, 2], True),
        ([1, 2], [1], False),
        ([1, "…"], [1, 2, 3], True),
        ([1, "…"], [2, 3], False),
        (True, 1, False),
    ],
)
def test_matching(documented: object, actual: object, fits: bool) -> None:
    assert (not list(differences(documented, actual))) is fits
