"""What the engine remembers of process instances, running and ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.answers import read_each
from engine.transport import Transport, segment
from engine.undos import UNDO_PROCESS
from engine.variables import timestamp


class InstanceState(StrEnum):
    """Where an instance is in its life (Camunda 7 Javadoc, ``HistoricProcessInstance``)."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    EXTERNALLY_TERMINATED = "EXTERNALLY_TERMINATED"
    INTERNALLY_TERMINATED = "INTERNALLY_TERMINATED"


@dataclass(frozen=True)
class HistoricInstance:
    """A process instance, running or ended.

    Attributes:
        id: the engine's id of it.
        definition_id: the definition it ran on.
        business_key: of a session its id.
        state: where it is in its life.
        started: when.
        ended: when, None while it runs.
        delete_reason: the engine's word for why it did not end by itself.
    """

    id: str
    definition_id: str
    business_key: str | None
    state: InstanceState
    started: datetime
    ended: datetime | None
    delete_reason: str | None

    @property
    def was_cancelled(self) -> bool:
        """Whether somebody ended it before it could end by itself."""
        return self.state is InstanceState.EXTERNALLY_TERMINATED


@dataclass(frozen=True)
class PassedElement:
    """An element of a diagram that an instance has come to, and perhaps left (REST API, "Historic Activity Instance").

    Attributes:
        id: the engine's id of this one time; a running one has the same id among the activity instances.
        element: the element's id in the BPMN file.
        type: Camunda's word, such as ``userTask``, ``callActivity``, ``parallelGateway``.
        parent: id of the embedded sub-process that it is in, or of the process instance.
        task_id: of a user task the task's id.
        called_instance: of a call activity the process instance that it has started.
        started: when.
        ended: when it was left, None where the instance is still there.
        cancelled: it was left because something else ended it.
    """

    id: str
    element: str
    type: str
    parent: str
    task_id: str | None
    called_instance: str | None
    started: datetime
    ended: datetime | None
    cancelled: bool


class History:
    """Camunda's history (REST API, "History"), as far as the history level ``activity`` keeps it.

    Variables are not kept at that level: what a session has led to belongs into our own journal.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def instance(self, business_key: str) -> HistoricInstance | None:
        """Return the root instance with a business key, undos left out; of several the one that was started first.

        Raises:
            EngineError: any but EngineRejected.
        """
        query = {
            "processInstanceBusinessKey": business_key,
            "rootProcessInstances": "true",
            "processDefinitionKeyNotIn": UNDO_PROCESS,
            "sortBy": "startTime",
            "sortOrder": "asc",
            "maxResults": "1",
        }
        found = read_each(_instance, await self._transport.send("GET", "/history/process-instance", query=query))
        return found[0] if found else None

    async def instances(self, business_key: str) -> list[HistoricInstance]:
        """Return all instances with a business key, running or ended, called ones included.

        Raises:
            EngineError: any but EngineRejected.
        """
        query = {"processInstanceBusinessKey": business_key}
        return read_each(_instance, await self._transport.send("GET", "/history/process-instance", query=query))

    async def delete(self, instance_id: str) -> None:
        """Remove everything that is remembered of an ended instance.

        Raises:
            NotFound: nothing is.
            EngineRejected: it still runs.
            EngineError: any other.
        """
        await self._transport.send("DELETE", f"/history/process-instance/{segment(instance_id)}")

    async def ended_since(self, moment: datetime, *, limit: int) -> list[HistoricInstance]:
        """Return root instances, undos left out, that ended at ``moment`` or later, in the order of their ends.

        Raises:
            EngineError: any but EngineRejected.
        """
        query = {
            "finishedAfter": timestamp(moment),
            "rootProcessInstances": "true",
            "processDefinitionKeyNotIn": UNDO_PROCESS,
            "sortBy": "endTime",
            "sortOrder": "asc",
            "maxResults": str(limit),
        }
        return read_each(_instance, await self._transport.send("GET", "/history/process-instance", query=query))

    async def passed(self, instance_id: str) -> list[PassedElement]:
        """Return the elements that an instance has come to, in the order in which it came to them.

        Raises:
            EngineError: any but EngineRejected.
        """
        query = {"processInstanceId": segment(instance_id), "sortBy": "occurrence", "sortOrder": "asc"}
        found = read_each(_passed, await self._transport.send("GET", "/history/activity-instance", query=query))
        return sorted(found, key=lambda passed: passed.started)

    async def end_event(self, instance_id: str) -> str | None:
        """Return the id of the end event that an instance reached last, None where it reached none.

        Raises:
            EngineError: any but EngineRejected.
        """
        query = {"processInstanceId": segment(instance_id), "sortBy": "endTime", "sortOrder": "desc"}
        query |= {"completeScope": "true", "finished": "true"}
        activities = read_each(_activity, await self._transport.send("GET", "/history/activity-instance", query=query))
        return next((element for element, kind in activities if kind.endswith("EndEvent")), None)


def _activity(wire: Mapping[str, Any]) -> tuple[str, str]:
    return wire["activityId"], wire["activityType"]


def _passed(wire: Mapping[str, Any]) -> PassedElement:
    return PassedElement(
        id=wire["id"],
        element=wire["activityId"],
        type=wire["activityType"],
        parent=wire["parentActivityInstanceId"],
        task_id=wire["taskId"],
        called_instance=wire["calledProcessInstanceId"],
        started=datetime.fromisoformat(wire["startTime"]),
        ended=datetime.fromisoformat(wire["endTime"]) if wire["endTime"] else None,
        cancelled=bool(wire["canceled"]),
    )


def _instance(wire: Mapping[str, Any]) -> HistoricInstance:
    return HistoricInstance(
        id=wire["id"],
        definition_id=wire["processDefinitionId"],
        business_key=wire["businessKey"],
        state=InstanceState(wire["state"]),
        started=datetime.fromisoformat(wire["startTime"]),
        ended=datetime.fromisoformat(wire["endTime"]) if wire["endTime"] else None,
        delete_reason=wire["deleteReason"],
    )
