"""External tasks: what waits for a worker."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.answers import read_each
from engine.task_client import TaskClient, TopicRequest
from engine.transport import Transport, segment
from engine.variables import Value, decode, encode

_LONGEST_MESSAGE = 666
"""Characters that the engine keeps of an error message (ExternalTaskEntity.MAX_EXCEPTION_MESSAGE_LENGTH)."""

_IN_PLACE_LOCK = timedelta(seconds=10)


@dataclass(frozen=True)
class LockedTask:
    """As much of a locked task as a report of it takes.

    Attributes:
        id: the engine's id of it.
        topic: name of the integration function.
        worker_id: who holds the lock.
    """

    id: str
    topic: str
    worker_id: str


@dataclass(frozen=True)
class ExternalTask(LockedTask):
    """A task that is locked for one of our workers.

    Attributes:
        business_key: of a session its id.
        process_instance_id: the process instance it belongs to, which may be a called one.
        definition_id: the process definition it belongs to.
        definition_key: that definition's key.
        activity_id: the element's id in the BPMN file.
        retries: tries left; None before the first failure.
        lock_expires: when another worker may take it.
        variables: those that the topic request asked for.
        extension_properties: the element's ``camunda:properties``.
        tenant_id: Camunda's tenant.
        priority: a higher one is fetched first.
    """

    business_key: str | None
    process_instance_id: str
    definition_id: str
    definition_key: str
    activity_id: str
    retries: int | None
    lock_expires: datetime
    variables: Mapping[str, Value]
    extension_properties: Mapping[str, str]
    tenant_id: str | None
    priority: int


@dataclass(frozen=True)
class WaitingExternalTask:
    """A task that has not been completed yet, seen from outside.

    Attributes:
        id: the engine's id of it.
        topic: name of the integration function.
        activity_id: the element's id in the BPMN file.
        instance_id: the process instance it belongs to.
        created: when the script arrived here.
        worker_id: who locked it last, None when nobody has or it was unlocked.
        lock_expires: until when it is locked, or until when a retry waits.
        retries: tries left; None before the first failure, 0 for an incident.
        error_message: of the last failure.
    """

    id: str
    topic: str
    activity_id: str
    instance_id: str
    created: datetime
    worker_id: str | None
    lock_expires: datetime | None
    retries: int | None
    error_message: str | None


class ExternalTasks:
    """External tasks (Camunda 7 REST API, "External Task").

    Every report may raise, beside the other EngineErrors:
    NotFound, when the task has been completed or cancelled; LockLost, when another worker holds it;
    OptimisticLock, when the same instance is changed at this moment: report again.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._clients: dict[str, TaskClient] = {}  # one a worker id, of which a process has a handful

    async def fetch_and_lock(
        self, worker_id: str, topics: Sequence[TopicRequest], *, max_tasks: int, long_poll: timedelta
    ) -> list[ExternalTask]:
        """Lock waiting tasks of all ``topics``: those with a higher priority first, of equal ones the oldest.

        Only one poll a worker id at a time: a newer one makes the engine end the older one as unavailable
        (``fetch-and-lock.unique-worker-request``). One that is dropped may still lock tasks for us, so let it return.

        Args:
            worker_id: under which the tasks are locked.
            topics: at least one.
            max_tasks: at most so many tasks are locked.
            long_poll: how long the engine waits for a task when there is none, at most 30 minutes.

        Returns:
            At most ``max_tasks`` tasks, none when the time has passed.

        Raises:
            EngineUnavailable: where ``sent``, tasks may have been locked; they come back when the lock expires.
            EngineError: any other.
        """
        client = self._client(worker_id)
        locked = await client.fetch_and_lock(topics, max_tasks=max_tasks, long_poll=long_poll)
        return read_each(_locked, locked)

    async def complete(
        self,
        task: LockedTask,
        variables: Mapping[str, Value],
        local_variables: Mapping[str, Value] | None = None,
    ) -> None:
        """Complete a task; returns when the engine has reached the next wait states.

        A late report counts as long as nobody else has locked the task.

        Raises:
            VariableInvalid: a variable cannot be sent; nothing was.
            EngineRejected: what follows the task failed; the task still waits.
            EngineError: see the class.
        """
        await self._client(task.worker_id).complete(segment(task.id), variables, local_variables)

    async def failure(
        self, task: LockedTask, *, message: str, details: str, retries: int, retry_after: timedelta
    ) -> None:
        """Report a technical failure.

        Args:
            task: the task.
            message: one sentence, cut to 666 characters.
            details: for an administrator, such as a traceback.
            retries: tries left; 0 makes an incident.
            retry_after: from now until the task may be fetched again.

        Raises:
            EngineError: see the class.
        """
        milliseconds = retry_after // timedelta(milliseconds=1)
        client = self._client(task.worker_id)
        await client.failure(segment(task.id), message[:_LONGEST_MESSAGE], details, retries, milliseconds)

    async def bpmn_error(self, task: LockedTask, code: str, message: str, variables: Mapping[str, Value]) -> None:
        """Report a business outcome that the script handles with an error event.

        Raises:
            ErrorUncaught: the script does not handle it; the task is as it was.
            VariableInvalid: a variable cannot be sent; nothing was.
            EngineError: see the class.
        """
        await self._client(task.worker_id).bpmn_failure(segment(task.id), code, message, variables)

    async def extend_lock(self, task: LockedTask, duration: timedelta) -> None:
        """Keep a task for ``duration`` from now on.

        Raises:
            LockLost: it is held by another worker, or the lock has expired even if nobody has taken it.
            EngineError: see the class.
        """
        await self._client(task.worker_id).extend_lock(segment(task.id), duration)

    async def unlock(self, task: LockedTask) -> None:
        """Give a task back untouched, to be fetched by anyone.

        Raises:
            NotFound: the task has been completed or cancelled.
            EngineError: any other. The engine does not ask who holds the lock.
        """
        await self._client(task.worker_id).unlock(segment(task.id))

    async def waiting(self, instance_ids: Sequence[str]) -> list[WaitingExternalTask]:
        """Return the tasks of process instances that are not completed yet, locked or not, the oldest first.

        Raises:
            EngineError: any but EngineRejected.
        """
        if not instance_ids:
            return []
        query = {"processInstanceIdIn": ",".join(instance_ids)}
        found = read_each(_waiting, await self._transport.send("GET", "/external-task", query=query))
        return sorted(found, key=lambda task: task.created)

    async def complete_in_place_of_a_worker(self, task_id: str, variables: Mapping[str, Value]) -> None:
        """Complete a task that nobody is working on, such as one whose tries are used up.

        Raises:
            NotFound: the task has been completed or cancelled.
            LockLost: a worker holds it.
            VariableInvalid: a variable cannot be sent; nothing was.
            EngineRejected: what follows the task failed; the task still waits.
            EngineError: any other.
        """
        worker = await self._lock_in_place(task_id)
        body = {"workerId": worker, "variables": encode(variables)}
        await self._transport.send("POST", f"/external-task/{segment(task_id)}/complete", body=body)

    async def retry(self, task_id: str) -> None:
        """Let a task whose tries are used up be fetched once more, which ends its incident.

        Polls that are open wake only for what is unlocked. So the task is locked while it gets its try back: no worker
        can take it in between and then lose its lock to us.

        Raises:
            NotFound: the task has been completed or cancelled.
            LockLost: a worker holds it.
            EngineError: any other.
        """
        path = f"/external-task/{segment(task_id)}"
        await self._lock_in_place(task_id)
        await self._transport.send("PUT", f"{path}/retries", body={"retries": 1})
        await self._transport.send("POST", f"{path}/unlock")

    async def take_from_worker(self, task_id: str) -> None:
        """Take a task from whoever works on it and leave it without tries: nobody fetches it until it is retried.

        The tries go first, so that no open poll takes what is unlocked. A report that comes later is refused.

        Raises:
            NotFound: the task has been completed or cancelled.
            EngineError: any other.
        """
        path = f"/external-task/{segment(task_id)}"
        await self._transport.send("PUT", f"{path}/retries", body={"retries": 0})
        await self._transport.send("POST", f"{path}/unlock")

    async def _lock_in_place(self, task_id: str) -> str:
        worker = f"in-place-{uuid.uuid4().hex}"
        lock = {"workerId": worker, "lockDuration": _IN_PLACE_LOCK // timedelta(milliseconds=1)}
        await self._transport.send("POST", f"/external-task/{segment(task_id)}/lock", body=lock)
        return worker

    def _client(self, worker_id: str) -> TaskClient:
        client = self._clients.get(worker_id)
        if client is None:
            client = self._clients[worker_id] = TaskClient(self._transport, worker_id)
        return client


def _locked(wire: Mapping[str, Any]) -> ExternalTask:
    return ExternalTask(
        id=wire["id"],
        topic=wire["topicName"],
        worker_id=wire["workerId"],
        business_key=wire["businessKey"],
        process_instance_id=wire["processInstanceId"],
        definition_id=wire["processDefinitionId"],
        definition_key=wire["processDefinitionKey"],
        activity_id=wire["activityId"],
        retries=wire["retries"],
        lock_expires=datetime.fromisoformat(wire["lockExpirationTime"]),
        variables=decode(wire["variables"]),
        extension_properties=wire.get("extensionProperties") or {},
        tenant_id=wire["tenantId"],
        priority=wire["priority"],
    )


def _waiting(wire: Mapping[str, Any]) -> WaitingExternalTask:
    expires = wire["lockExpirationTime"]
    return WaitingExternalTask(
        id=wire["id"],
        topic=wire["topicName"],
        activity_id=wire["activityId"],
        instance_id=wire["processInstanceId"],
        created=datetime.fromisoformat(wire["createTime"]),
        worker_id=wire["workerId"],
        lock_expires=datetime.fromisoformat(expires) if expires else None,
        retries=wire["retries"],
        error_message=wire["errorMessage"],
    )
