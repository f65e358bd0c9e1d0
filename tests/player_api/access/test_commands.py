"""The command line of an installation's administrator."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from stack.folder import ROOT
from tests.player_api.api import Api


def run(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "player_api.access", *arguments]
    env = os.environ | {"SCRIPT_MANAGER_DATABASE_URL": database_url}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)


async def test_the_first_administrator_of_a_branch(api: Api, database_url: str) -> None:
    branch, name = f"branch-{secrets.token_hex(4)}", f"admin-{secrets.token_hex(4)}"
    done = run(database_url, "--tenant", branch, "create-key", name, "admin", "analyst")
    assert done.returncode == 0
    keys = (await api.request("GET", "/keys", key=done.stdout.strip())).json()
    assert [(key["name"], key["roles"]) for key in keys] == [(name, ["admin", "analyst"])]
    origins = run(database_url, "--tenant", branch, "allow-origin", "https://one.example", "https://two.example")
    assert origins.returncode == 0
    seen = await api.request("GET", "/origins", key=done.stdout.strip())
    assert seen.json()["origins"] == ["https://one.example", "https://two.example"]


async def test_keys_of_a_file(api: Api, database_url: str, tmp_path: Path) -> None:
    branch, key = f"branch-{secrets.token_hex(4)}", secrets.token_urlsafe()
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps({"api_keys": {"publisher": key}}))
    assert run(database_url, "--tenant", branch, "import-keys", str(file)).returncode == 0
    assert (await api.request("GET", "/functions", key=key)).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 2),
        (["create-key", "name"], 2),
        (["create-key", "name", "root"], 1),
        (["allow-origin", "https://Upper.example"], 1),
        (["import-keys", "nowhere.json"], 1),
    ],
)
def test_what_cannot_be_right(database_url: str, arguments: list[str], status: int) -> None:
    done = run(database_url, *arguments)
    assert done.returncode == status
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
