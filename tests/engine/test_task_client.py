import inspect
import json
import logging
from datetime import timedelta
from typing import Any

import httpx
import pytest
from camunda.client.async_external_task_client import AsyncExternalTaskClient

from engine import Engine, EngineSettings, TopicRequest
from engine.task_client import TaskClient
from tests.fakes.engine import URL


async def _asked(topic: TopicRequest, long_poll: timedelta = timedelta(seconds=10)) -> dict[str, Any]:
    """The body of a fetchAndLock for one topic."""
    bodies: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert (request.method, request.url.path) == ("POST", "/engine-rest/external-task/fetchAndLock")
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json=[])

    async with Engine(EngineSettings(URL), transport=httpx.MockTransport(answer)) as engine:
        await engine.external_tasks.fetch_and_lock("w", [topic], max_tasks=7, long_poll=long_poll)
    [body] = bodies
    return body


async def test_a_fetch_asks_for_a_batch_as_it_is_stored() -> None:
    body = await _asked(TopicRequest("billing.get_balance", timedelta(seconds=1.5)), timedelta(seconds=8))
    assert (body["workerId"], body["maxTasks"], body["asyncResponseTimeout"]) == ("w", 7, 8000)
    assert body["topics"] == [
        {
            "topicName": "billing.get_balance",
            "lockDuration": 1500,
            "processVariables": {},
            "includeExtensionProperties": True,
            "deserializeValues": False,
            "variables": None,
            "localVariables": False,
            "withoutTenantId": True,
        }
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"variables": ["a"]}, {"variables": ["a"]}),
        ({"variables": ()}, {"variables": []}),
        ({"local_variables": True}, {"localVariables": True}),
        ({"extension_properties": False}, {"includeExtensionProperties": False}),
        ({"process_definition_key": "script"}, {"processDefinitionKey": "script", "withoutTenantId": True}),
        ({"tenant_ids": ["__test__"]}, {"tenantIdIn": ["__test__"], "withoutTenantId": None}),
        ({"without_tenant_id": False}, {"withoutTenantId": None}),
    ],
)
async def test_a_topics_wishes_reach_the_wire(given: dict[str, Any], expected: dict[str, Any]) -> None:
    [topic] = (await _asked(TopicRequest("t", timedelta(seconds=1), **given)))["topics"]
    assert {name: topic.get(name) for name in expected} == expected


async def test_the_long_poll_has_its_time_on_top_of_the_time_out() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[])

    settings = EngineSettings(URL, timeout=0.001)
    async with Engine(settings, transport=httpx.MockTransport(answer)) as engine:
        tasks = engine.external_tasks
        topics = [TopicRequest("t", timedelta(seconds=1))]
        assert await tasks.fetch_and_lock("w", topics, max_tasks=1, long_poll=timedelta(minutes=1)) == []


def test_nothing_of_the_base_opens_a_connection_of_its_own() -> None:
    sending = {name for name, member in vars(AsyncExternalTaskClient).items() if inspect.iscoroutinefunction(member)}
    assert sending == {"fetch_and_lock", "complete", "failure", "bpmn_failure"}
    assert sending <= set(vars(TaskClient))


async def test_the_base_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await _asked(TopicRequest("t", timedelta(seconds=1)))
    assert [record.name for record in caplog.records if record.name in {"root"} or "camunda" in record.name] == []
