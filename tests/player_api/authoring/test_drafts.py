import asyncio
import io
import secrets
import zipfile
from typing import Any

import httpx
import pytest

from player_api.releases.folder import LARGEST_FILE
from store.database import Database
from tests.player_api.api import Api, problem
from tests.player_api.authoring.scripts import bpmn


def seen(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


async def call(api: Api, method: str, path: str, *, key: str = "key-author", **rest: Any) -> httpx.Response:
    return await api.request(method, path, key=key, **rest)


async def begin(api: Api, script: str) -> None:
    assert (await call(api, "PUT", f"/scripts/{script}/draft", json={})).status_code == 200


async def write(api: Api, script: str, name: str, content: bytes, version: int, **rest: Any) -> httpx.Response:
    path = f"/scripts/{script}/draft/files/{name}"
    return await call(api, "PUT", path, content=content, headers=seen(version), **rest)


async def test_a_file_is_given_back_byte_for_byte_with_its_version(api: Api, script: str) -> None:
    await begin(api, script)
    content = b"\xef\xbb\xbf# \xd0\xad\r\n\0"
    written = await write(api, script, "README.md", content, 1)
    assert (written.status_code, written.headers["ETag"]) == (200, '"2"')
    [file] = written.json()["files"]
    assert (file["name"], file["size"], file["changed_by"]) == ("README.md", len(content), "key:author")
    read = await call(api, "GET", f"/scripts/{script}/draft/files/README.md")
    assert (read.content, read.headers["ETag"]) == (content, '"2"')


async def test_two_authors_do_not_overwrite_each_other(api: Api, script: str) -> None:
    await begin(api, script)
    assert (await write(api, script, "README.md", b"first", 1)).status_code == 200
    late = await write(api, script, "ask.form", b"{}", 1, key="key-admin")
    assert (late.status_code, problem(late)) == (412, "draft-changed")
    assert (late.json()["version"], late.json()["changed_by"]) == (2, "key:author")
    assert (await call(api, "GET", f"/scripts/{script}/draft")).json()["version"] == 2


async def test_of_changes_at_once_one_counts(api: Api, script: str) -> None:
    await begin(api, script)
    answers = await asyncio.gather(*(write(api, script, "README.md", b"%d" % number, 1) for number in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
    [kept] = [number for number, answer in enumerate(answers) if answer.status_code == 200]
    assert (await call(api, "GET", f"/scripts/{script}/draft/files/README.md")).content == b"%d" % kept


async def test_what_is_equal_already_makes_no_version(api: Api, script: str) -> None:
    await begin(api, script)
    await write(api, script, "README.md", b"same", 1)
    assert (await write(api, script, "README.md", b"same", 2)).json()["version"] == 2


@pytest.mark.parametrize(
    ("headers", "status", "slug"),
    [
        ({}, 428, "version-missing"),
        ({"If-Match": "1"}, 428, "version-missing"),
        ({"If-Match": "*"}, 428, "version-missing"),
        ({"If-Match": '"9"'}, 412, "draft-changed"),
    ],
)
async def test_a_change_says_on_what_it_was_made(
    api: Api, script: str, headers: dict[str, str], status: int, slug: str
) -> None:
    await begin(api, script)
    for method in ("PUT", "DELETE"):
        answer = await call(api, method, f"/scripts/{script}/draft/files/README.md", headers=headers)
        assert (answer.status_code, problem(answer)) == (status, slug)


async def test_a_draft_remembers_what_its_files_were(api: Api, script: str) -> None:
    await begin(api, script)
    await write(api, script, "README.md", b"first", 1)
    await write(api, script, "README.md", b"second", 2)
    gone = await call(api, "DELETE", f"/scripts/{script}/draft/files/README.md", headers=seen(3))
    assert (gone.status_code, gone.json()["files"]) == (200, [])
    history = (await call(api, "GET", f"/scripts/{script}/draft/history")).json()
    assert [(change["version"], change["action"], change["file"]) for change in history] == [
        (4, "deleted", "README.md"),
        (3, "written", "README.md"),
        (2, "written", "README.md"),
        (1, "created", None),
    ]
    at = {
        version: await call(api, "GET", f"/scripts/{script}/draft/history/{version}/files/README.md")
        for version in (1, 2, 3, 4)
    }
    assert [at[version].status_code for version in at] == [404, 200, 200, 404]
    assert (at[2].content, at[3].content) == (b"first", b"second")


async def test_changes_are_in_the_audit_trail(api: Api, script: str) -> None:
    await begin(api, script)
    await write(api, script, "README.md", b"first", 1)
    trail = (await call(api, "GET", "/audit", params={"type": "draft_changed"}, key="key-admin")).json()
    entries = [entry["data"] for entry in trail["items"] if entry["data"]["script"] == script]
    assert entries[0] == {"script": script, "version": 2, "written": ["README.md"], "deleted": []}


@pytest.mark.parametrize(
    "name",
    [
        "script.exe",
        "..%2Fscript.bpmn",
        "tests/..%2F..%2Fa.yaml",
        "tests/deeper/a.yaml",
        "tests/a.bpmn",
        "%5Cscript.bpmn",
        "C:script.bpmn",
        "скрипт.bpmn",
        ".bpmn",
        "%2Fscript.bpmn",
    ],
)
async def test_a_name_that_no_file_of_a_script_has_is_refused(api: Api, script: str, name: str) -> None:
    await begin(api, script)
    answer = await write(api, script, name, b"x", 1)
    assert (answer.status_code, problem(answer)) == (422, "files-refused")
    [finding] = answer.json()["findings"]
    assert finding["rule"] == "file-name"
    assert finding["sentence"]["ru"] != finding["sentence"]["en"]
    assert (await call(api, "GET", f"/scripts/{script}/draft")).json()["version"] == 1


async def test_a_file_of_some_megabytes_is_taken_and_a_larger_one_is_not(api: Api, script: str) -> None:
    await begin(api, script)
    assert (await write(api, script, "script.bpmn", b"x" * LARGEST_FILE, 1)).status_code == 200
    answer = await write(api, script, "script.bpmn", b"y" * (LARGEST_FILE + 1), 2)
    assert (answer.status_code, problem(answer)) == (413, "too-large")


async def test_an_archive_goes_in_and_comes_out(api: Api, script: str) -> None:
    files = {"script.bpmn": bpmn(script), "tests/a.yaml": b"name: a", "README.md": b"# A\r\n"}
    for folder in ("", "anything/"):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as archive:
            for name, content in files.items():
                archive.writestr(folder + name, content)
            archive.writestr(f"{folder}.DS_Store", b"x")
        headers = seen(1) if folder else {}
        put = await call(api, "PUT", f"/scripts/{script}/archive", content=whole.getvalue(), headers=headers)
        assert (put.status_code, put.json()["version"]) == (200, 1)
    got = await call(api, "GET", f"/scripts/{script}/archive")
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    again = await call(api, "PUT", f"/scripts/{script}/archive", content=got.content)
    assert (again.status_code, problem(again)) == (428, "version-missing")


async def test_an_archive_replaces_all_files_or_none(api: Api, script: str) -> None:
    await begin(api, script)
    await write(api, script, "README.md", b"first", 1)
    for names, status in ((["ask.form", "evil.sh"], 422), (["ask.form"], 200)):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as archive:
            for name in names:
                archive.writestr(name, b"{}")
        path = f"/scripts/{script}/archive"
        put = await call(api, "PUT", path, content=whole.getvalue(), headers=seen(2))
        assert put.status_code == status
        draft = (await call(api, "GET", f"/scripts/{script}/draft")).json()
        assert [file["name"] for file in draft["files"]] == ["README.md" if status == 422 else "ask.form"]


async def test_what_is_no_archive_is_refused(api: Api, script: str) -> None:
    answer = await call(api, "PUT", f"/scripts/{script}/archive", content=b"PK\3\4 nothing")
    assert (answer.status_code, problem(answer)) == (422, "files-refused")


async def test_a_check_says_what_is_wrong_and_nothing_when_all_is_well(api: Api, script: str) -> None:
    await begin(api, script)
    await write(api, script, "script.bpmn", bpmn("another"), 1)
    found = (await call(api, "POST", f"/scripts/{script}/draft/check")).json()
    assert found["version"] == 2
    assert "script.bpmn" in {finding["file"] for finding in found["findings"]}
    await write(api, script, "script.bpmn", bpmn(script), 2)
    found = (await call(api, "POST", f"/scripts/{script}/draft/check")).json()
    assert [finding for finding in found["findings"] if finding["severity"] == "error"] == []


async def test_a_function_that_a_script_brings_is_checked_with_it(api: Api, script: str) -> None:
    await begin(api, script)
    await write(api, script, "script.bpmn", bpmn(script), 1)
    await write(api, script, "functions/crm.nothing.yaml", b"name: crm.nothing", 2)
    found = (await call(api, "POST", f"/scripts/{script}/draft/check")).json()
    assert {finding["file"] for finding in found["findings"]} == {"functions/crm.nothing.yaml"}


async def test_the_list_says_what_a_script_is_called_and_who_changed_it(api: Api, script: str) -> None:
    await begin(api, script)
    await write(api, script, "script.bpmn", bpmn(script, "Название"), 1)
    released = await api.publish()
    listed = {item["key"]: item for item in (await call(api, "GET", "/drafts")).json()}
    mine = listed[script]
    assert (mine["title"], mine["version"], mine["changed_by"]) == ("Название", 2, "key:author")
    assert (mine["latest_release"], mine["rolled_out"]) == (None, [])
    theirs = listed[released]
    assert (theirs["version"], theirs["latest_release"], theirs["rolled_out"]) == (None, 1, [1])


async def test_a_deleted_draft_is_gone_and_its_history_is_not(api: Api, script: str) -> None:
    await begin(api, script)
    await write(api, script, "README.md", b"first", 1)
    path = f"/scripts/{script}/draft"
    late = await call(api, "DELETE", path, headers=seen(1))
    assert (late.status_code, problem(late)) == (412, "draft-changed")
    assert (await call(api, "DELETE", path)).status_code == 428
    assert (await call(api, "DELETE", path, headers=seen(2))).status_code == 204
    for method, more in (("GET", ""), ("POST", "/check"), ("DELETE", "")):
        answer = await call(api, method, f"{path}{more}", headers=seen(3))
        assert (answer.status_code, problem(answer)) == (404, "draft-unknown")
    gone = await write(api, script, "README.md", b"late", 3)
    assert (gone.status_code, problem(gone)) == (404, "draft-unknown")
    assert script not in {item["key"] for item in (await call(api, "GET", "/drafts")).json()}
    again = await call(api, "PUT", path, json={})
    assert (again.json()["version"], again.json()["files"]) == (4, [])
    assert (await call(api, "GET", f"{path}/history/2/files/README.md")).content == b"first"
    history = (await call(api, "GET", f"{path}/history")).json()
    assert [(change["version"], change["action"], change["file"]) for change in history] == [
        (4, "created", None),
        (3, "deleted", "README.md"),
        (2, "written", "README.md"),
        (1, "created", None),
    ]


async def test_history_is_read_by_pages_of_whole_versions(api: Api, script: str) -> None:
    await begin(api, script)
    for version in range(1, 6):
        await write(api, script, "README.md", b"%d" % version, version)
    pages, before = [], ""
    while page := (await call(api, "GET", f"/scripts/{script}/draft/history?limit=4{before}")).json():
        pages.append([change["version"] for change in page])
        before = f"&before={page[-1]['version']}"
    assert pages == [[6, 5, 4, 3], [2, 1]]


async def test_a_draft_begins_once(api: Api, script: str) -> None:
    await begin(api, script)
    again = await call(api, "PUT", f"/scripts/{script}/draft", json={})
    assert (again.status_code, problem(again)) == (409, "draft-exists")


@pytest.mark.parametrize(
    ("method", "path", "slug"),
    [
        ("GET", "/draft", "draft-unknown"),
        ("GET", "/draft/files/script.bpmn", "draft-unknown"),
        ("GET", "/draft/history", "draft-unknown"),
        ("GET", "/draft/history/1/files/script.bpmn", "draft-file-unknown"),
        ("POST", "/draft/check", "draft-unknown"),
        ("GET", "/archive", "draft-unknown"),
        ("GET", "/releases/1", "release-unknown"),
        ("GET", "/releases/1/archive", "release-unknown"),
        ("GET", "/releases/1/files/script.bpmn", "release-unknown"),
    ],
)
async def test_what_is_not_there(api: Api, script: str, method: str, path: str, slug: str) -> None:
    answer = await call(api, method, f"/scripts/{script}{path}")
    assert (answer.status_code, problem(answer)) == (404, slug)


@pytest.mark.parametrize("path", ["/drafts", "/scripts/x/draft", "/scripts/x/releases"])
async def test_an_operator_sees_no_drafts(api: Api, path: str) -> None:
    assert (await call(api, "GET", path, key="key-operator")).status_code == 403


async def test_equal_contents_are_kept_once(api: Api, script: str, database: Database) -> None:
    await begin(api, script)
    content = secrets.token_hex(20).encode()
    for number, name in enumerate(("README.md", "a.form", "b.form"), start=1):
        await write(api, script, name, content, number)
    rows = await database.fetch_all("SELECT 1 FROM file_contents WHERE content = %s", (content,))
    assert len(rows) == 1
