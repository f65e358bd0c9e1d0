"""Camunda Modeler's Deploy: the requests that Modeler 5 sends, as it sends them."""

import base64
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from engine import Engine
from tests.player_api.api import Api, problem
from tests.player_api.authoring.scripts import bpmn

ROOT = "http://facade/engine-rest"
FORM = b'{"id": "ask", "type": "default", "components": []}'


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"modeler:{key}".encode()).decode()


def bearer(key: str) -> str:
    return f"Bearer {key}"


async def ask(real: Api, method: str, path: str, authorization: str | None, **rest: Any) -> httpx.Response:
    headers = {"accept": "application/json"} | ({"authorization": authorization} if authorization else {})
    return await real.request(method, f"{ROOT}{path}", key=None, headers=headers, **rest)


async def deploy(
    real: Api, diagram: str, content: bytes, *attached: tuple[str, bytes], **fields: str
) -> httpx.Response:
    """Send what the button sends: fields first, then the diagram and its attachments, each under its file's name."""
    data = {
        "deployment-name": "Мой скрипт",
        "deployment-source": "Camunda Modeler",
        "enable-duplicate-filtering": "true",
        **fields,
    }
    files = [(diagram, (diagram, content, "text/xml")), *((name, (name, file)) for name, file in attached)]
    return await ask(real, "POST", "/deployment/create", basic("key-head-publisher"), data=data, files=files)


@pytest.fixture
async def script(real: Api, engine: Engine) -> AsyncIterator[str]:
    key = f"modeled_{secrets.token_hex(6)}"
    yield key
    found = "SELECT deployment_id FROM releases WHERE script = %s AND deployment_id IS NOT NULL"
    for row in await real.database.fetch_all(found, (key,)):
        await engine.deployments.delete(row["deployment_id"], cascade=True)


async def read(real: Api, path: str) -> httpx.Response:
    return await real.request("GET", path, key="key-head-publisher")


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (basic("key-head-publisher"), 200),
        (bearer("key-head-publisher"), 200),
        (basic("key-admin"), 200),
        (basic("key-author"), 403),
        (bearer("key-operator"), 403),
        (basic("wrong"), 401),
        ("Basic ???", 401),
        (None, 401),
    ],
)
async def test_the_check_of_address_and_credentials(real: Api, authorization: str | None, status: int) -> None:
    assert (await ask(real, "GET", "/deployment?maxResults=0", authorization)).status_code == status


async def test_the_version_is_one_that_modeler_knows(real: Api) -> None:
    assert (await ask(real, "GET", "/version", None)).json() == {"version": "7.24.0"}


async def test_a_deployment_is_a_draft_and_a_release_that_nobody_gets(real: Api, script: str) -> None:
    deployed = await deploy(real, "anything.bpmn", bpmn(script), ("ask.form", FORM))
    assert deployed.status_code == 200, deployed.text
    [definition] = deployed.json()["deployedProcessDefinitions"].values()
    assert (definition["key"], definition["version"], definition["id"] is not None) == (script, 1, True)
    draft = (await read(real, f"/scripts/{script}/draft")).json()
    assert [file["name"] for file in draft["files"]] == ["anything.bpmn", "ask.form"]
    assert (await read(real, f"/scripts/{script}/rollout")).status_code == 404
    assert problem(await real.start(script)) == "script-unknown"


async def test_deployed_again_it_changes_the_same_file_and_makes_the_next_release(real: Api, script: str) -> None:
    await deploy(real, "script.bpmn", bpmn(script))
    again = await deploy(real, "other.bpmn", bpmn(script))
    assert [one["version"] for one in again.json()["deployedProcessDefinitions"].values()] == [1]
    changed = await deploy(real, "other.bpmn", bpmn(script, "Другое имя"))
    assert [one["version"] for one in changed.json()["deployedProcessDefinitions"].values()] == [2]
    draft = (await read(real, f"/scripts/{script}/draft")).json()
    assert [file["name"] for file in draft["files"]] == ["script.bpmn"]


def shell(script: str) -> bytes:
    task = (
        b'<bpmn:scriptTask id="boom" scriptFormat="groovy"><bpmn:script>"id".execute()</bpmn:script></bpmn:scriptTask>'
    )
    return bpmn(script).replace(b'<bpmn:userTask id="ask"', task + b'<bpmn:userTask id="ask"', 1)


async def test_what_would_run_in_the_engine_is_refused_readably(real: Api, script: str) -> None:
    refused = await deploy(real, "script.bpmn", shell(script))
    assert refused.status_code == 400
    assert set(refused.json()) == {"type", "message"}
    assert "boom: " in refused.json()["message"]
    assert (await read(real, f"/scripts/{script}/releases")).json() == []


@pytest.mark.parametrize(
    ("name", "content", "fields", "said"),
    [
        ("table.dmn", b"<definitions/>", {}, "No BPMN diagram"),
        ("script.bpmn", b"<not xml", {}, "No BPMN diagram"),
        ("script.bpmn", bpmn("with space"), {}, "can't be a script's key"),
        ("script.bpmn", bpmn("fine"), {"tenant-id": "north"}, "tenant"),
        ("../script.bpmn", bpmn("path_tricks"), {}, ""),
    ],
)
async def test_what_no_script_can_be(real: Api, name: str, content: bytes, fields: dict[str, str], said: str) -> None:
    refused = await deploy(real, name, content, **fields)
    assert refused.status_code == 400, refused.text
    assert said in refused.json()["message"]
