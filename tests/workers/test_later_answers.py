"""Answers that come later: with worker processes that die, and with the whole stack."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from engine import Engine, EngineSettings
from stack import postgres
from stack.folder import ROOT
from stack.running import Running
from store import Database, open_database
from store.awaited_answers import AwaitedAnswers
from tests.eventually import eventually
from tests.fakes.engine import PATH, FakeEngine
from tests.fakes.scenario import Ask, CallFunction, Scenario
from tests.fakes.served import served
from tests.functions.declared import SYSTEM, source
from tests.functions.raw_system import http, raw_system
from tests.workers.process import migrated_database, worker_process

MEASURE: dict[str, Any] = {
    "inputs": [{"name": "line", "type": "string", "required": True}],
    "call": {
        "http": {"method": "POST", "path": "/measurements", "body": {"line": "line", "answer_to": "callback_url"}}
    },
    "answer": {"callback": {"within": "60s"}},
    "outputs": {"quality": {"value": "response.quality", "type": "integer", "required": True}},
    "errors": [{"when": 'response.error = "NO_LINE"', "bpmn_error": "NO_LINE"}],
}
BPMN = """
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x"
                  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <bpmn:error id="no_line" errorCode="NO_LINE" />
  <bpmn:process id="@SCRIPT@" isExecutable="true">
    <bpmn:extensionElements><camunda:properties>
      <camunda:property name="variables" value="number" />
    </camunda:properties></bpmn:extensionElements>
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="to_measure" sourceRef="start" targetRef="measure" />
    <bpmn:serviceTask id="measure" camunda:type="external" camunda:topic="@FUNCTION@">
      <bpmn:extensionElements><camunda:inputOutput>
        <camunda:inputParameter name="line">${number}</camunda:inputParameter>
      </camunda:inputOutput></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:boundaryEvent id="refused" attachedToRef="measure">
      <bpmn:errorEventDefinition id="is_no_line" errorRef="no_line" />
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="to_tell" sourceRef="measure" targetRef="tell" />
    <bpmn:userTask id="tell" />
    <bpmn:sequenceFlow id="to_tell_none" sourceRef="refused" targetRef="tell_none" />
    <bpmn:userTask id="tell_none" />
  </bpmn:process>
</bpmn:definitions>
"""


class Measuring:
    """Takes orders, and remembers where the answers shall go."""

    def __init__(self) -> None:
        self.orders: list[dict[str, str]] = []
        self.ordered = asyncio.Event()

    async def __call__(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        self.orders.append(json.loads(request.partition(b"\r\n\r\n")[2]))
        writer.write(http(202, b'{"taken": true}'))
        self.ordered.set()

    @property
    def token(self) -> str:
        return self.orders[-1]["answer_to"].rpartition("/")[2]


@pytest.fixture(scope="module")
def database(stack: Running) -> Iterator[str]:
    with migrated_database(stack) as url:
        yield url


@pytest.fixture
def declared(tmp_path: Path) -> Path:
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "billing.yaml").write_text(SYSTEM, encoding="utf-8")
    declaration = source(name="line.measure", **MEASURE)
    (tmp_path / declaration.file).write_text(declaration.text, encoding="utf-8")
    return tmp_path


async def test_a_killed_worker_neither_loses_an_answer_nor_orders_again(declared: Path, database: str) -> None:
    ahead = timedelta()
    fake = FakeEngine(lambda: datetime.now(UTC) + ahead)
    definition = fake.define(Scenario("measuring", (CallFunction("line.measure"), Ask("tell"))))
    measuring = Measuring()
    async with (
        served(fake) as root,
        raw_system(measuring) as system,
        Engine(EngineSettings(root + PATH)) as engine,
        open_database(database, pool_size=1) as opened,
    ):
        await engine.processes.start(definition, business_key="s-1", variables={"line": "7"})
        async with worker_process(root + PATH, system.url, declared, database, 0) as first:
            await measuring.ordered.wait()
            first.process.kill()
            await first.process.wait()
        dead = await _lock_holder(opened)
        ahead = timedelta(minutes=10)  # whatever lock the dead worker had ends
        async with worker_process(root + PATH, system.url, declared, database, 0):

            async def taken_over() -> bool:
                return await _lock_holder(opened) != dead

            await eventually(taken_over)
            assert await AwaitedAnswers(opened).receive("billing", measuring.token, {"quality": 4})
            await eventually(lambda: _steps(engine))
            [step] = await engine.user_tasks.waiting("s-1")
        assert step.variables["quality"] == 4
        assert len(measuring.orders) == 1
        assert await opened.fetch_one("SELECT 1 FROM awaited_answers") is None


async def _lock_holder(database: Database) -> str:
    row = await database.fetch_one("SELECT worker_id FROM awaited_answers")
    assert row is not None
    return str(row["worker_id"])


async def _steps(engine: Engine) -> bool:
    return bool(await engine.user_tasks.waiting("s-1"))


@pytest.fixture
async def admin(stack: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=f"{stack.urls['facade']}/api/v1",
        headers={"Authorization": f"Bearer {stack.credentials.api_keys.admin}"},
        timeout=60,
        trust_env=False,
    ) as client:
        yield client


@pytest.fixture
def name(stack: Running) -> Iterator[str]:
    """A name for a system and a script; afterwards nobody can start the script or sees what was declared."""
    name = f"m{secrets.token_hex(4)}"
    yield name
    with psycopg.connect(_own_database(stack), autocommit=True) as connection:
        connection.execute("DELETE FROM rollouts WHERE script = %s", (name,))
        connection.execute("DELETE FROM declaration_revisions WHERE name IN (%s, %s)", (name, f"{name}.measure"))


@pytest.mark.parametrize(
    ("body", "step"), [({"quality": 4}, "tell"), ({"error": "NO_LINE"}, "tell_none"), ({"quality": "good"}, None)]
)
async def test_an_operator_goes_on_when_the_system_calls_back(
    stack: Running, admin: httpx.AsyncClient, tmp_path: Path, name: str, body: dict[str, Any], step: str | None
) -> None:
    measuring = Measuring()
    async with raw_system(measuring) as system:
        await _declare(admin, name, system.url)
        await asyncio.to_thread(_publish, stack, tmp_path / name, name)
        started = await admin.post(
            "/sessions", params={"wait": 0}, json={"script": name, "channel": "crm", "variables": {"number": "7"}}
        )
        session = started.json()
        await asyncio.wait_for(measuring.ordered.wait(), 20)
        assert measuring.orders[0]["line"] == "7"
        assert measuring.orders[0]["answer_to"].startswith(f"{stack.urls['facade']}/api/v1/callbacks/{name}/")
        async with httpx.AsyncClient(trust_env=False) as outside:
            reading = asyncio.create_task(admin.get(f"/sessions/{session['id']}", params={"wait": 20}))
            for _ in range(2):  # systems repeat themselves
                answered = await outside.post(measuring.orders[0]["answer_to"], json=body)
                assert answered.status_code in {204, 404}
        shown = (await reading).json()
    if step is None:
        assert shown["state"] == "failed"
        assert "quality is not an integer" in shown["waiting"][0]["error"]
    else:
        assert shown["step"]["key"] == step
    history = (await admin.get(f"/sessions/{session['id']}/history")).json()
    assert measuring.token not in json.dumps(history)
    assert len(measuring.orders) == 1


async def _declare(admin: httpx.AsyncClient, name: str, url: str) -> None:
    system = {"name": name, "title": {"ru": "Линия"}, "url": url}
    (await admin.put(f"/systems/{name}", json={"revision": 0, "declaration": system})).raise_for_status()
    function = {"name": f"{name}.measure", "title": {"ru": "Измерить"}, "system": name, "effect": "read", **MEASURE}
    response = await admin.put(f"/functions/{name}.measure", json={"revision": 0, "declaration": function})
    assert response.status_code == 200, response.text

    async def known() -> bool:
        # A recorded answer is mapped by the workers: they know the function then.
        tried = await admin.post(f"/functions/{name}.measure/try", json={"inputs": {"line": "7"}, "recorded": {}})
        return tried.status_code == 200

    await eventually(known)


def _publish(stack: Running, folder: Path, name: str) -> None:
    folder.mkdir()
    bpmn = BPMN.replace("@SCRIPT@", name).replace("@FUNCTION@", f"{name}.measure")
    (folder / "script.bpmn").write_text(bpmn, encoding="utf-8")
    login = stack.credentials.engine
    environment = os.environ | {
        "SCRIPT_MANAGER_DATABASE_URL": _own_database(stack),
        "SCRIPT_MANAGER_ENGINE_URL": stack.urls["engine"],
        "SCRIPT_MANAGER_ENGINE_USER": login.user,
        "SCRIPT_MANAGER_ENGINE_PASSWORD": login.password,
    }
    command = [sys.executable, "-m", "player_api.releases", "publish", str(folder)]
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


def _own_database(stack: Running) -> str:
    return postgres.url(stack.credentials.databases.script_manager, stack.ports["postgres"])
