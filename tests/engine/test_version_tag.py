"""Workers ask for the tasks of one release by the version tag of its deployment (real engine)."""

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from engine import Engine, EngineSettings, ExternalTask, TopicRequest
from player_api.releases.close import deployable
from stack.running import Running

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    targetNamespace="test">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="call"/>
    <serviceTask id="call" camunda:type="external" camunda:topic="{key}"/>
    <sequenceFlow id="b" sourceRef="call" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""


@pytest.fixture
async def engine(stack: Running) -> AsyncIterator[Engine]:
    login = stack.credentials.engine
    async with Engine(EngineSettings(stack.urls["engine"], login.user, login.password)) as engine:
        yield engine


async def _fetch(engine: Engine, topic: str, version_tag: str | None) -> list[ExternalTask]:
    request = TopicRequest(topic, timedelta(seconds=1), version_tag=version_tag)
    return await engine.external_tasks.fetch_and_lock(
        secrets.token_hex(4), [request], max_tasks=10, long_poll=timedelta(milliseconds=50)
    )


async def test_a_worker_of_one_release_gets_no_other_tasks(engine: Engine) -> None:
    key = f"tagged_{secrets.token_hex(4)}"
    files = deployable({f"{key}/script.bpmn": BPMN.format(key=key).encode()}, key, f"{key}/7")
    deployment = await engine.deployments.create(key, files, source="test")
    try:
        await engine.processes.start(deployment.definitions[key], business_key=key, variables={})
        assert await _fetch(engine, key, f"{key}/8") == []
        [task] = await _fetch(engine, key, f"{key}/7")
        await engine.external_tasks.complete(task, {})
    finally:
        await engine.deployments.delete(deployment.id, cascade=True)
