"""What a contract test stands on: an engine, and processes that either kind of engine runs alike."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import Engine, EngineSettings, UserTask
from engine.variables import Value
from tests.contract.scenarios import SCENARIOS
from tests.fakes.engine import FakeEngine

_PROCESSES = Path(__file__).parent / "processes"


def unique(prefix: str) -> str:
    """A name of letters and digits: the engine allows nothing else in the id of a user."""
    return f"{prefix}{uuid.uuid4().hex[:12]}"


@dataclass(frozen=True)
class Deployed:
    """A deployed process; its key is also the topic it calls."""

    key: str
    definition_id: str
    deployment_id: str


@dataclass(frozen=True)
class Started:
    """An instance under a business key of its own."""

    id: str
    business_key: str
    process: Deployed


@dataclass(frozen=True)
class Ground:
    """An engine, real or fake, and what is done with it in every test."""

    engine: Engine
    settings: EngineSettings
    fake: FakeEngine | None = None
    deployed: list[str] = field(default_factory=list)

    async def deploy(self, name: str, *, tenant_id: str | None = None) -> Deployed:
        key = unique(name)
        if self.fake:
            self.fake.play(*SCENARIOS[name](key))
        files = {
            path.name.replace(name, key): path.read_text("utf-8").replace("@KEY@", key).encode()
            for path in _PROCESSES.glob(f"{name}.*")
        }
        made = await self.engine.deployments.create(key, files, source="contract", tenant_id=tenant_id)
        self.deployed.append(made.id)
        return Deployed(key, made.definitions[key], made.id)

    async def start(self, process: Deployed | str, variables: Mapping[str, Value] | None = None) -> Started:
        deployed = await self.deploy(process) if isinstance(process, str) else process
        key = unique("session")
        instance = await self.engine.processes.start(
            deployed.definition_id, business_key=key, variables=variables or {}
        )
        return Started(instance.id, key, deployed)

    async def only_task(self, started: Started) -> UserTask:
        [task] = await self.engine.user_tasks.waiting(started.business_key)
        return task

    async def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask the engine for what our own code never would."""
        return await self.engine._transport.send(method, path, body=body)

    async def forget_user(self, user: str) -> None:
        if not self.fake:  # which is gone after the tests anyway
            await self.send("DELETE", f"/user/{user}")
