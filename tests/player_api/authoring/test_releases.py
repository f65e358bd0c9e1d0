import dataclasses
import hashlib
import io
import zipfile
from collections.abc import Mapping
from functools import partial

import pytest

from feel import Evaluator
from functions.catalogue import Catalogue, load, sources_in
from player_api.authoring.archives import write_archive
from player_api.releases.close import close
from player_api.releases.folder import read_beside, read_folder
from stack.folder import ROOT
from store.releases import Release, Releases
from tests.player_api.api import Api
from tests.player_api.authoring.scripts import bpmn


async def publish(api: Api, script: str, files: Mapping[str, bytes]) -> Release:
    executed = {name: content for name, content in files.items() if name.endswith(".bpmn")}
    content = dataclasses.replace(close(script, executed, Catalogue()), sources=files)
    releases = Releases(api.database)
    release = await releases.reserve(content, author="test")
    await releases.published(release, "deployment", f"{script}:1", "test")
    return release


def unpacked(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def digest(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, content in sorted(files.items()):
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return whole.hexdigest()


async def get(api: Api, path: str) -> bytes:
    answer = await api.request("GET", path, key="key-author")
    assert answer.status_code == 200
    return answer.content


async def test_what_was_published_can_be_exported_exactly_and_so_can_what_it_was_made_of(api: Api, script: str) -> None:
    files = {"script.bpmn": bpmn(script), "tests/a.yaml": b"name: a\r\n", "README.md": b"\xff"}
    await publish(api, script, files)
    [release] = (await api.request("GET", f"/scripts/{script}/releases", key="key-author")).json()
    assert (release["number"], release["deployed"], release["rolled_out"], release["sessions"]) == (1, True, True, 0)
    path = f"/scripts/{script}/releases/1"
    closed = unpacked(await get(api, f"{path}/archive"))
    assert closed.keys() == {f"{script}/script.bpmn"}
    assert digest(closed) == release["digest"]
    assert unpacked(await get(api, f"{path}/archive?of=sources")) == files
    assert await get(api, f"{path}/files/{script}/script.bpmn") == closed[f"{script}/script.bpmn"]
    assert await get(api, f"{path}/files/tests/a.yaml?of=sources") == files["tests/a.yaml"]
    details = (await api.request("GET", path, key="key-author")).json()
    assert [file["name"] for file in details["sources"]] == sorted(files)
    assert [file["name"] for file in details["closed"]] == [f"{script}/script.bpmn"]


async def test_a_draft_from_a_release_has_the_files_of_its_author(api: Api, script: str) -> None:
    files = {"script.bpmn": bpmn(script), "README.md": b"first"}
    await publish(api, script, files)
    path = f"/scripts/{script}/draft"
    made = await api.request("PUT", path, key="key-author", json={"from_release": 1})
    assert (made.json()["version"], made.json()["based_on"]) == (1, 1)
    assert unpacked(await get(api, f"/scripts/{script}/archive")) == files
    seen = {"If-Match": '"1"'}
    await api.request("PUT", f"{path}/files/README.md", key="key-author", content=b"second", headers=seen)
    unseen = await api.request("PUT", path, key="key-author", json={"from_release": 1})
    assert unseen.status_code == 428
    back = await api.request("PUT", path, key="key-author", json={"from_release": 1}, headers={"If-Match": '"2"'})
    assert back.json()["version"] == 3
    assert unpacked(await get(api, f"/scripts/{script}/archive")) == files


@pytest.mark.parametrize("changed", ["README.md", "tests/a.yaml"])
async def test_what_does_not_run_makes_no_new_release(api: Api, script: str, changed: str) -> None:
    files = {"script.bpmn": bpmn(script), "README.md": b"a", "tests/a.yaml": b"a"}
    assert [(await publish(api, script, files | more)).number for more in ({}, {changed: b"b"})] == [1, 1]
    assert unpacked(await get(api, f"/scripts/{script}/releases/1/archive?of=sources")) == files


async def test_a_release_of_before_sources_were_kept_gives_its_closed_files(api: Api, script: str) -> None:
    content = close(script, {"script.bpmn": bpmn(script)}, Catalogue())
    await Releases(api.database).reserve(content, author="test")
    made = await api.request("PUT", f"/scripts/{script}/draft", key="key-author", json={"from_release": 1})
    assert [file["name"] for file in made.json()["files"]] == ["script.bpmn"]
    exported = unpacked(await get(api, f"/scripts/{script}/archive"))
    assert exported["script.bpmn"] == content.files[f"{script}/script.bpmn"]


async def test_an_exported_release_can_be_imported_under_its_key(api: Api, script: str) -> None:
    await publish(api, script, {"script.bpmn": bpmn(script)})
    archive = await get(api, f"/scripts/{script}/releases/1/archive")
    made = await api.request("PUT", f"/scripts/{script}/archive", key="key-author", content=archive)
    assert (made.status_code, [file["name"] for file in made.json()["files"]]) == (200, ["script.bpmn"])


@pytest.mark.parametrize("key", ["promised_payment", "internet_support"])
def test_what_was_closed_is_closed_to_the_same_again(key: str) -> None:
    folder = ROOT / "bpmn" / key
    with Evaluator() as evaluator:
        catalogue = load(sources_in(ROOT / "functions" / "declared"), evaluator).sound()
    first = close(key, read_folder(folder), catalogue, partial(read_beside, folder))
    scripts: dict[str, dict[str, bytes]] = {}
    for name, content in first.files.items():
        script, _, file = name.partition("/")
        scripts.setdefault(script, {})[file] = content
    assert close(key, scripts[key], catalogue, scripts.get).digest == first.digest
    assert write_archive(first.files) == write_archive(dict(first.files))
