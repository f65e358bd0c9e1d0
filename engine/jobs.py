"""Jobs: what the engine does by itself when its time has come, such as timers."""

import asyncio
from collections.abc import Iterable
from typing import Any

from engine.answers import read_each
from engine.transport import Transport, segment


class Jobs:
    """Jobs of running instances (Camunda 7 REST API, "Job")."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def timers(self, instance_ids: Iterable[str], element: str) -> list[str]:
        """Return the ids of the timers that run for an element: one request for each instance.

        Raises:
            EngineError: any but EngineRejected.
        """
        found = await asyncio.gather(*(self._timers(instance_id, element) for instance_id in instance_ids))
        return [timer for timers in found for timer in timers]

    async def _timers(self, instance_id: str, element: str) -> list[str]:
        # Not by several instances at once: with an element beside them the engine writes SQL that fails.
        query = {"processInstanceId": segment(instance_id), "activityId": element, "timers": "true"}
        return read_each(_id, await self._transport.send("GET", "/job", query=query))

    async def execute(self, job_id: str) -> None:
        """Carry a job out now; returns when the engine has reached the next wait states.

        Raises:
            NotFound: it was carried out or is not needed any more.
            EngineRejected: what follows failed; the job still waits.
            EngineError: any other.
        """
        await self._transport.send("POST", f"/job/{segment(job_id)}/execute")


def _id(wire: dict[str, Any]) -> str:
    return str(wire["id"])
