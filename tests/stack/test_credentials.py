import json
import stat

import pytest

from stack import credentials
from stack.failures import StackError
from stack.folder import DataFolder


def test_file_is_for_its_owner_alone_and_holds_what_was_generated(folder: DataFolder) -> None:
    made = credentials.create(folder.credentials)
    assert stat.S_IMODE(folder.credentials.stat().st_mode) == 0o600
    assert credentials.load(folder.credentials) == made
    written = json.loads(folder.credentials.read_text())
    assert set(written["api_keys"]) == {"admin", "author", "operator", "bot", "embedder", "publisher"}
    assert written["cockpit"] == {"user": "admin", "password": made.cockpit.password}
    assert set(written["engine"]) == {"user", "password"}
    assert [path.name for path in folder.path.iterdir() if path.is_file()] == ["credentials.json"]


def test_no_secret_is_like_another(folder: DataFolder) -> None:
    def secrets(made: credentials.Credentials) -> list[str]:
        logins = [made.cockpit, made.engine, *(login for _, login in made.databases)]
        keys = [made.internal_token, made.embed_keys, made.webhook_keys, *(key for _, key in made.api_keys)]
        return [*keys, *(login.password for login in logins)]

    made = secrets(credentials.create(folder.credentials)) + secrets(credentials.create(folder.credentials))
    assert len(made) == 2 * 16
    assert len(set(made)) == len(made)
    assert min(map(len, made)) >= 32


def test_data_of_earlier_versions_gets_what_it_lacks_once(folder: DataFolder) -> None:
    made = credentials.create(folder.credentials)
    later = dict.fromkeys(("internal_token", "embed_keys", "webhook_keys"), True)
    older = made.model_dump(exclude={**later, "api_keys": {"embedder", "publisher"}})
    folder.credentials.write_text(json.dumps(older))
    loaded = credentials.load(folder.credentials)
    assert loaded.databases == made.databases
    assert loaded.api_keys.operator == made.api_keys.operator
    keys = loaded.api_keys
    assert len({loaded.internal_token, loaded.embed_keys, keys.embedder, keys.publisher, made.internal_token}) == 5
    assert credentials.load(folder.credentials) == loaded
    assert stat.S_IMODE(folder.credentials.stat().st_mode) == 0o600


def test_interrupted_writing_is_overwritten(folder: DataFolder) -> None:
    folder.credentials.with_suffix(".new").write_text("{half")
    made = credentials.create(folder.credentials)
    assert credentials.load(folder.credentials) == made


@pytest.mark.parametrize("content", [None, "", "{}", '{"api_keys": 1}'])
def test_unreadable_file(folder: DataFolder, content: str | None) -> None:
    if content is not None:
        folder.credentials.write_text(content)
    with pytest.raises(StackError, match=f"its passwords in {folder.credentials} can't be read; "):
        credentials.load(folder.credentials)
