"""Deployments: files that the engine stores and, where they are BPMN, executes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pycamunda.deployment import Create, Delete, DeploymentWithDefinitions

from engine.answers import read, read_each
from engine.transport import Transport, segment
from engine.variables import timestamp

_PAGE = 500


@dataclass(frozen=True)
class Deployment:
    """Files that were deployed together.

    Attributes:
        id: the engine's id of it.
        definitions: process definition ids by process key. The engine makes none, and says nothing, for a process
            that is not executable or a file whose name does not end in ``.bpmn`` or ``.bpmn20.xml``.
    """

    id: str
    definitions: Mapping[str, str]


@dataclass(frozen=True)
class StoredDeployment:
    """A deployment as a list shows it; ``name`` is what whoever deployed it has called it."""

    id: str
    name: str | None
    deployed_at: datetime


class Deployments:
    """Deployments (Camunda 7 REST API, "Deployment").

    Whoever can deploy can run code inside the engine: check what is deployed before it comes here.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(
        self, name: str, files: Mapping[str, bytes], *, source: str, tenant_id: str | None = None
    ) -> Deployment:
        """Deploy files as one closed set, even if the engine holds the same already.

        Args:
            name: for people to read.
            files: contents by resource name; at least one.
            source: who deploys, for people to read.
            tenant_id: Camunda's tenant.

        Raises:
            EngineRejected: a file is not what its name promises, or clashes with another; nothing was deployed.
            EngineError: any other.
        """
        request = Create("", name, source=source, tenant_id=tenant_id)
        for file in files.items():
            request.add_resource(file)
        return read(_deployment, await self._transport.carry("POST", request, form=True))

    async def of_tenant(self, tenant_id: str, before: datetime) -> list[str]:
        """Return the ids of a Camunda tenant's deployments that were made before a moment.

        Raises:
            EngineError: any but EngineRejected.
        """
        query = {"tenantIdIn": tenant_id, "before": timestamp(before)}
        return read_each(_id, await self._transport.send("GET", "/deployment", query=query))

    async def of_source(self, source: str) -> list[StoredDeployment]:
        """Return the deployments of who says to be ``source``, the oldest first, but for those of Camunda's tenants.

        Raises:
            EngineError: any but EngineRejected.
        """
        found: list[StoredDeployment] = []
        while True:
            query = {"source": source, "withoutTenantId": "true", "sortBy": "deploymentTime", "sortOrder": "asc"}
            page = {"firstResult": str(len(found)), "maxResults": str(_PAGE)}
            listed = read_each(_stored, await self._transport.send("GET", "/deployment", query=query | page))
            found += listed
            if len(listed) < _PAGE:
                return found

    async def delete(self, deployment_id: str, *, cascade: bool) -> None:
        """Delete a deployment.

        Args:
            deployment_id: the engine's id of it.
            cascade: with its instances and their history; without, it is refused while instances run.

        Raises:
            NotFound: it is gone.
            EngineRejected: instances run on it.
            EngineError: any other.
        """
        await self._transport.carry("DELETE", Delete("", segment(deployment_id), cascade=cascade))


def _id(wire: dict[str, Any]) -> str:
    return str(wire["id"])


def _deployment(wire: dict[str, Any]) -> Deployment:
    made = DeploymentWithDefinitions.load(wire)
    definitions = (made.deployed_process_definitions or {}).values()
    return Deployment(made.id_, {definition.key: definition.id_ for definition in definitions})


def _stored(wire: dict[str, Any]) -> StoredDeployment:
    return StoredDeployment(str(wire["id"]), wire["name"], datetime.fromisoformat(wire["deploymentTime"]))
