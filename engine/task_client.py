"""The published external-task client, made to speak through our transport.

What is taken from it and what is not: docs/adr/0003-external-task-client.md.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import PydanticDeprecatedSince20

from engine.transport import Transport
from engine.variables import Value, encode

with warnings.catch_warnings():
    warnings.simplefilter("ignore", PydanticDeprecatedSince20)  # its auth_bearer is written for pydantic 1
    from camunda.client.async_external_task_client import AsyncExternalTaskClient

_OLDEST_FIRST = [{"sortBy": "createTime", "sortOrder": "asc"}]


@dataclass(frozen=True)
class TopicRequest:
    """What a worker asks of one topic.

    Attributes:
        name: the topic.
        lock_duration: how long the tasks stay ours.
        variables: names of those wanted, none for an empty sequence; None for all.
        process_definition_key: only tasks of this process.
        version_tag: only tasks of process definitions with this version tag.
        local_variables: only variables of the task's own scope.
        extension_properties: with the ``camunda:properties`` of the task's element.
        without_tenant_id: only tasks of no tenant; has no effect beside ``tenant_ids``.
        tenant_ids: only tasks of these tenants.
    """

    name: str
    lock_duration: timedelta
    variables: Sequence[str] | None = None
    process_definition_key: str | None = None
    version_tag: str | None = None
    local_variables: bool = False
    extension_properties: bool = True
    without_tenant_id: bool = True
    tenant_ids: Sequence[str] = ()


class TaskClient(AsyncExternalTaskClient):
    """One worker's client: the base's paths and topics, our pooled transport, batches, typed values and errors.

    Args:
        transport: carries every request.
        worker_id: under which tasks are locked.
    """

    def __init__(self, transport: Transport, worker_id: str) -> None:
        super().__init__(worker_id, engine_base_url="", config={"deserializeValues": False})
        self._transport = transport

    async def fetch_and_lock(
        self,
        topic_names: Sequence[TopicRequest],
        process_variables: Mapping[str, Any] | None = None,
        variables: Sequence[str] | None = None,
        *,
        max_tasks: int = 1,
        long_poll: timedelta = timedelta(seconds=10),
    ) -> list[dict[str, Any]]:
        """Lock up to ``max_tasks`` tasks of several topics at once; returns them as the engine gives them."""
        body = {
            "workerId": self.worker_id,
            "maxTasks": max_tasks,
            "usePriority": True,
            "sorting": _OLDEST_FIRST,
            "asyncResponseTimeout": _milliseconds(long_poll),
            "topics": self._get_topics(topic_names, process_variables, variables),
        }
        path, wait = self.get_fetch_and_lock_url(), long_poll.total_seconds()
        locked: list[dict[str, Any]] = await self._transport.send("POST", path, body=body, wait=wait)
        return locked

    async def complete(
        self, task_id: str, global_variables: Mapping[str, Value], local_variables: Mapping[str, Value] | None = None
    ) -> None:
        """Report the result of a task."""
        body = {"variables": encode(global_variables), "localVariables": encode(local_variables or {})}
        await self._report(self.get_task_complete_url(task_id), body)

    async def failure(
        self, task_id: str, error_message: str, error_details: str, retries: int, retry_timeout: int
    ) -> None:
        """Report that a try failed; ``retry_timeout`` in milliseconds."""
        body = {
            "errorMessage": error_message,
            "errorDetails": error_details,
            "retries": retries,
            "retryTimeout": retry_timeout,
        }
        await self._report(self.get_task_failure_url(task_id), body)

    async def bpmn_failure(
        self, task_id: str, error_code: str, error_message: str, variables: Mapping[str, Value] | None = None
    ) -> None:
        """Report a business outcome that the script handles."""
        body = {"errorCode": error_code, "errorMessage": error_message, "variables": encode(variables or {})}
        await self._report(self.get_task_bpmn_error_url(task_id), body)

    async def extend_lock(self, task_id: str, duration: timedelta) -> None:
        """Keep a task for ``duration`` from now on."""
        await self._report(
            f"{self.external_task_base_url}/{task_id}/extendLock", {"newDuration": _milliseconds(duration)}
        )

    async def unlock(self, task_id: str) -> None:
        """Give a task back."""
        await self._transport.send("POST", f"{self.external_task_base_url}/{task_id}/unlock")

    async def _report(self, path: str, body: Mapping[str, Any]) -> None:
        await self._transport.send("POST", path, body={"workerId": self.worker_id, **body})

    def _get_topics(
        self,
        topic_names: Sequence[TopicRequest],
        process_variables: Mapping[str, Any] | None,
        variables: Sequence[str] | None,
    ) -> list[dict[str, Any]]:
        topics: list[dict[str, Any]] = []
        for wanted in topic_names:
            names = variables if wanted.variables is None else list(wanted.variables)
            [topic] = super()._get_topics(wanted.name, process_variables, names)
            topics.append(topic | _details(wanted))
        return topics

    def _log_with_context(self, msg: str, log_level: str = "info", **kwargs: Any) -> None:
        """Say nothing: the base writes configurations and payloads to the root logger."""


def _details(wanted: TopicRequest) -> dict[str, Any]:
    details: dict[str, Any] = {
        "lockDuration": _milliseconds(wanted.lock_duration),
        "localVariables": wanted.local_variables,
        "includeExtensionProperties": wanted.extension_properties,
    }
    if wanted.process_definition_key is not None:
        details["processDefinitionKey"] = wanted.process_definition_key
    if wanted.version_tag is not None:
        details["processDefinitionVersionTag"] = wanted.version_tag
    if wanted.tenant_ids:
        details["tenantIdIn"] = list(wanted.tenant_ids)
    elif wanted.without_tenant_id:
        details["withoutTenantId"] = True
    return details


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)
