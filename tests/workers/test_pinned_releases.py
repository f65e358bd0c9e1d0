"""Releases on the real engine, with the real worker: a contract stays, a policy changes at once."""

import json
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine import Engine, EngineSettings, Value
from feel import Evaluator
from functions.catalogue import load, sources_in
from player_api.releases.close import close
from stack.running import Running
from tests.eventually import eventually
from tests.functions.declared import ACCOUNT, SYSTEM, source
from tests.functions.raw_system import RawSystem, http, raw_system
from tests.workers.process import migrated_database, worker_process

BPMN = """
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x"
                  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <bpmn:process id="@KEY@" isExecutable="true" camunda:historyTimeToLive="P1D">
    <bpmn:extensionElements><camunda:properties>
      <camunda:property name="variables" value="number" />
    </camunda:properties></bpmn:extensionElements>
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="to_call" sourceRef="start" targetRef="call" />
    <bpmn:serviceTask id="call" camunda:type="external" camunda:topic="@TOPIC@">
      <bpmn:extensionElements><camunda:inputOutput>@INPUTS@</camunda:inputOutput></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="to_tell" sourceRef="call" targetRef="tell" />
    <bpmn:userTask id="tell" />
  </bpmn:process>
</bpmn:definitions>
"""
OLD: dict[str, Any] = {}
NEW: dict[str, Any] = {
    "inputs": [{"name": "subscriber", "type": "string", "required": True}],
    "call": {"http": {"method": "GET", "path": "/v2/{subscriber}"}},
    "outputs": {"total": "response.total"},
    "retry": {"attempts": 2, "on": [503], "backoff": "1ms..2ms"},
}


def _given(name: str) -> str:
    return f'<camunda:inputParameter name="{name}">${{number}}</camunda:inputParameter>'


class Billing:
    """Knows both ways of asking; refuses as often as it is told."""

    def __init__(self) -> None:
        self.refuse = 0

    async def __call__(self, request: bytes, writer: Any) -> None:
        if self.refuse:
            self.refuse -= 1
            writer.write(http(503, b"{}"))
        else:
            answer = {"total": 7} if request.startswith(b"GET /v2/") else {"balance": {"amount": 5}}
            writer.write(http(200, json.dumps(answer).encode()))


@dataclass
class Ground:
    """An engine with a worker, what is declared for it, and the scripts that are deployed."""

    engine: Engine
    folder: Path
    billing: Billing
    system: RawSystem
    topic: str = field(default_factory=lambda: f"pinned.t{secrets.token_hex(6)}")
    deployed: list[str] = field(default_factory=list)

    def declare(self, fields: dict[str, Any]) -> None:
        declaration = source(name=self.topic, **fields)
        (self.folder / declaration.file).write_text(declaration.text, encoding="utf-8")

    async def deploy(self, *given: str, closed: bool) -> str:
        """Deploy a script, as its author wrote it or closed over what is declared now; returns its definition."""
        key = f"s{secrets.token_hex(6)}"
        inputs = "".join(map(_given, given))
        script = BPMN.replace("@KEY@", key).replace("@TOPIC@", self.topic).replace("@INPUTS@", inputs)
        files = {"script.bpmn": script.encode()}
        with Evaluator() as evaluator:
            catalogue = load(sources_in(self.folder), evaluator).sound()
        content = close(key, files, catalogue).files if closed else files
        deployment = await self.engine.deployments.create(key, content, source="test")
        self.deployed.append(deployment.id)
        return deployment.definitions[key]

    async def walk(self, definition: str) -> Mapping[str, Value]:
        """Start a session and return its variables at its first step."""
        session = secrets.token_hex(8)
        await self.engine.processes.start(definition, business_key=session, variables={"number": ACCOUNT})
        [step] = await eventually(lambda: self.engine.user_tasks.waiting(session))
        return {name: value for name, value in step.variables.items() if name != "number"}

    async def asked(self, definition: str) -> list[str]:
        """The paths that the system is asked for in a session."""
        before = len(self.system.requests)
        await self.walk(definition)
        return [request.split()[1].decode() for request in self.system.requests[before:]]


@pytest.fixture(scope="module")
def database(stack: Running) -> Iterator[str]:
    with migrated_database(stack) as url:
        yield url


@pytest.fixture
async def ground(stack: Running, database: str, tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Ground]:
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "billing.yaml").write_text(SYSTEM, encoding="utf-8")
    url, login, billing = stack.urls["engine"], stack.credentials.engine, Billing()
    async with raw_system(billing) as system, Engine(EngineSettings(url, login.user, login.password)) as engine:
        ground = Ground(engine, tmp_path, billing, system)
        ground.declare(OLD)
        async with worker_process(
            url, system.url, tmp_path, database, unused_tcp_port, user=login.user, password=login.password
        ) as worker:
            await worker.until_ready(200)
            yield ground
        for deployment in ground.deployed:
            await engine.deployments.delete(deployment, cascade=True)


async def test_a_release_keeps_its_contract_and_follows_the_policies(ground: Ground) -> None:
    release = await ground.deploy("account", closed=True)
    unpinned = await ground.deploy("account", "subscriber", closed=False)
    assert await ground.walk(unpinned) == {"balance": 5}
    assert await ground.walk(release) == {"balance": 5}

    ground.declare(NEW)

    async def live_has_changed() -> bool:
        return "total" in await ground.walk(unpinned)

    await eventually(live_has_changed)
    newer = await ground.deploy("subscriber", closed=True)
    assert await ground.walk(release) == {"balance": 5}
    assert await ground.walk(newer) == {"total": 7}
    ground.billing.refuse = 1
    assert await ground.asked(release) == [f"/accounts/{ACCOUNT}/balance"] * 2
