"""Incidents: retries exhausted, a person is needed."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pycamunda.incident import GetList

from engine.answers import read_each
from engine.transport import Transport


@dataclass(frozen=True)
class Incident:
    """An open incident.

    Attributes:
        id: the engine's id of it.
        type: ``failedExternalTask``, ``failedJob`` or a plug-in's own.
        activity_id: the element's id in the BPMN file.
        message: of the last failure.
        configuration: id of the external task or job that failed.
        instance_id: the process instance it belongs to.
    """

    id: str
    type: str
    activity_id: str | None
    message: str | None
    configuration: str | None
    instance_id: str | None


class Incidents:
    """Open incidents (Camunda 7 REST API, "Incident")."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def open(self, instance_ids: Iterable[str]) -> list[Incident]:
        """Return the incidents of process instances: one request each, since the engine filters by one only.

        Raises:
            EngineError: any but EngineRejected.
        """
        found = await asyncio.gather(*(self._of(instance_id) for instance_id in instance_ids))
        return [incident for incidents in found for incident in incidents]

    async def _of(self, instance_id: str) -> list[Incident]:
        answer = await self._transport.carry("GET", GetList("", process_instance_id=instance_id))
        return read_each(_incident, answer)


def _incident(wire: dict[str, Any]) -> Incident:
    # Not pycamunda's own class: that refuses types of incident it does not know.
    return Incident(
        id=wire["id"],
        type=wire["incidentType"],
        activity_id=wire["activityId"],
        message=wire["incidentMessage"],
        configuration=wire["configuration"],
        instance_id=wire["processInstanceId"],
    )
