"""Process instances: start, find, delete."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.answers import read, read_each
from engine.transport import Transport, segment
from engine.variables import Value, encode


@dataclass(frozen=True)
class ProcessInstance:
    """A running process instance.

    Attributes:
        id: the engine's id of it.
        definition_id: id of the deployed definition it runs on.
        business_key: of a session its id; None where whoever started it gave none.
    """

    id: str
    definition_id: str
    business_key: str | None


class Processes:
    """Running process instances (Camunda 7 REST API, "Process Definition" and "Process Instance")."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def start(self, definition_id: str, *, business_key: str, variables: Mapping[str, Value]) -> ProcessInstance:
        """Start an instance; returns when the engine has reached the first wait states.

        Raises:
            NotFound: no such definition.
            VariableInvalid: a variable cannot be sent; nothing was.
            EngineUnavailable: where ``sent``, look with ``find`` before starting again.
            EngineRejected: the script failed before its first wait state; nothing was started.
            EngineError: any other.
        """
        body = {"businessKey": business_key, "variables": encode(variables)}
        path = f"/process-definition/{segment(definition_id)}/start"
        return read(_instance, await self._transport.send("POST", path, body=body))

    async def find(self, business_key: str) -> list[ProcessInstance]:
        """Return all running instances with a business key, called ones included, those without a caller first.

        Raises:
            EngineError: any but EngineRejected.
        """
        found = await self._list(businessKey=business_key)
        if len(found) < 2:
            return found
        roots = await self._list(businessKey=business_key, rootProcessInstances="true")
        return roots + [instance for instance in found if instance not in roots]

    async def delete(self, instance_id: str) -> None:
        """End an instance and those it has called where they stand; history keeps it as externally terminated.

        Raises:
            NotFound: it has ended or never was.
            EngineError: any other.
        """
        await self._transport.send("DELETE", f"/process-instance/{segment(instance_id)}")

    async def _list(self, **query: str) -> list[ProcessInstance]:
        return read_each(_instance, await self._transport.send("GET", "/process-instance", query=query))


def _instance(wire: Mapping[str, Any]) -> ProcessInstance:
    return ProcessInstance(wire["id"], wire["definitionId"], wire["businessKey"])
