"""Process definitions: what was deployed, as it was deployed."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from engine.answers import form_schema, read, read_each
from engine.transport import Transport, segment


@dataclass(frozen=True)
class Definition:
    """A process definition.

    Attributes:
        id: the engine's id of it.
        key: the process's id in the BPMN file.
        deployment_id: what it was deployed with.
    """

    id: str
    key: str
    deployment_id: str


class Definitions:
    """Process definitions (Camunda 7 REST API, "Process Definition")."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def find(self, definition_id: str) -> Definition:
        """Return a definition.

        Raises:
            NotFound: no such definition.
            EngineError: any other.
        """
        return read(_definition, await self._transport.send("GET", f"/process-definition/{segment(definition_id)}"))

    async def xml(self, definition_id: str) -> str:
        """Return the BPMN file of a definition.

        Raises:
            NotFound: no such definition.
            EngineError: any other.
        """
        answer = await self._transport.send("GET", f"/process-definition/{segment(definition_id)}/xml")
        return str(read(itemgetter("bpmn20Xml"), answer))

    async def start_form(self, definition_id: str) -> dict[str, Any]:
        """Return the form-js schema of the Camunda Form with which a process starts.

        Raises:
            EngineRejected: it has none, or the form that it names was not deployed.
            AnswerUnreadable: the form is no JSON object or nested too deep.
            EngineError: any other.
        """
        path = f"/process-definition/{segment(definition_id)}/deployed-start-form"
        return form_schema(await self._transport.send("GET", path))

    async def deployed(self, deployment_id: str, key: str) -> Definition | None:
        """Return the definition of a deployment that has this key, None if there is none.

        Raises:
            EngineError: any but EngineRejected.
        """
        query = {"deploymentId": deployment_id, "key": key}
        found = read_each(_definition, await self._transport.send("GET", "/process-definition", query=query))
        return found[0] if found else None


def _definition(wire: Mapping[str, Any]) -> Definition:
    return Definition(wire["id"], wire["key"], wire["deploymentId"])
