"""Deployments, process instances, history and incidents of the fake engine."""

import json
import re
from xml.etree import ElementTree as ET

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.fakes import refusals, wire
from tests.fakes.drawing import drawn
from tests.fakes.instances import Definition, Instance, Instances, new_id
from tests.fakes.scenario import Scenario

_PROCESS = "{http://www.omg.org/spec/BPMN/20100524/MODEL}process"
_EXECUTED = re.compile(r"\.bpmn(20\.xml)?$")


class ProcessRoutes:
    def __init__(self, instances: Instances) -> None:
        self._instances = instances
        self._deployments: set[str] = set()

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/deployment/create", self._deploy, methods=["POST"]),
            Route("/deployment/{id}", self._undeploy, methods=["DELETE"]),
            Route("/process-definition", self._definitions),
            Route("/process-definition/{id}", self._definition),
            Route("/process-definition/{id}/xml", self._xml),
            Route("/process-definition/{id}/start", self._start, methods=["POST"]),
            Route("/process-instance", self._list),
            Route("/process-instance/{id}", self._delete, methods=["DELETE"]),
            Route("/history/process-instance", self._history),
            Route("/history/activity-instance", self._activities),
            Route("/incident", self._incidents),
        ]

    async def _deploy(self, request: Request) -> Response:
        async with request.form() as form:
            files = [(file.filename or "", await file.read()) for file in form.values() if isinstance(file, UploadFile)]
            name, source, tenant = (str(form.get(key) or "") or None for key in _FIELDS)
        keys = [(key, file) for file, content in files for key in _executable(file, content)]
        deployment_id = new_id()
        self._deployments.add(deployment_id)
        defined = [self._instances.define(key, deployment_id, file, tenant) for key, file in keys]
        answer: dict[str, object] = {
            "links": [],
            "id": deployment_id,
            "name": name,
            "source": source,
            "tenantId": tenant,
            "deploymentTime": wire.time(self._instances.clock()),
            "deployedProcessDefinitions": {known.id: wire.definition(known) for known in defined} or None,
            "deployedCaseDefinitions": None,
            "deployedDecisionDefinitions": None,
            "deployedDecisionRequirementsDefinitions": None,
        }
        return JSONResponse(answer)

    async def _undeploy(self, request: Request) -> Response:
        deployment_id = request.path_params["id"]
        if deployment_id not in self._deployments:
            raise refusals.deployment_gone(deployment_id)
        of_it = [known for known in self._instances.instances if known.definition.deployment_id == deployment_id]
        if request.query_params.get("cascade") != "true" and any(known.ended is None for known in of_it):
            raise refusals.failed("Deletion of process definition failed: there are still running process instances")
        for known in of_it:
            if known.ended is None:
                self._instances.delete(known)
        self._deployments.remove(deployment_id)
        self._instances.definitions = {
            key: known for key, known in self._instances.definitions.items() if known.deployment_id != deployment_id
        }
        return Response(status_code=204)

    async def _definitions(self, request: Request) -> Response:
        deployment_id, key = request.query_params["deploymentId"], request.query_params["key"]
        known = self._instances.definitions.values()
        found = [one for one in known if (one.deployment_id, one.key) == (deployment_id, key)]
        return JSONResponse([wire.definition(one) for one in found])

    async def _definition(self, request: Request) -> Response:
        return JSONResponse(wire.definition(self._known(request)))

    async def _xml(self, request: Request) -> Response:
        known = self._known(request)
        scenario = self._instances.scenarios.get(known.key, Scenario(known.key, ()))
        return JSONResponse({"id": known.id, "bpmn20Xml": drawn(scenario)})

    def _known(self, request: Request) -> Definition:
        known = self._instances.definitions.get(request.path_params["id"])
        if known is None:
            raise refusals.no_definition(request.path_params["id"])
        return known

    async def _start(self, request: Request) -> Response:
        body = await request.json()
        variables = wire.variables(body)
        started = self._instances.start(request.path_params["id"], body.get("businessKey"), variables)
        return JSONResponse(wire.instance(started))

    async def _list(self, request: Request) -> Response:
        key, roots = request.query_params["businessKey"], request.query_params.get("rootProcessInstances")
        found = [known for known in self._instances.running() if known.business_key == key]
        return JSONResponse([wire.instance(known) for known in found if not roots or known.caller is None])

    async def _delete(self, request: Request) -> Response:
        instance_id = request.path_params["id"]
        for known in self._instances.running():
            if known.id == instance_id:
                self._instances.delete(known)
                return Response(status_code=204)
        raise refusals.instance_gone(instance_id)

    async def _history(self, request: Request) -> Response:
        query = request.query_params
        found = [known for known in self._instances.instances if known.caller is None]
        if "processInstanceBusinessKey" in query:
            found = [known for known in found if known.business_key == query["processInstanceBusinessKey"]]
        if "finishedAfter" in query:
            found = [known for known in found if (wire.time(known.ended) or "") >= query["finishedAfter"]]
        found.sort(key=lambda known: _moment(known, query["sortBy"]))
        return JSONResponse([wire.historic(known) for known in found[: int(query["maxResults"])]])

    async def _activities(self, request: Request) -> Response:
        instance_id = request.query_params["processInstanceId"]
        found = [known for known in self._instances.instances if known.id == instance_id and known.end_event]
        return JSONResponse([wire.end_event(known) for known in found])

    async def _incidents(self, request: Request) -> Response:
        failed = [task for task in self._instances.functions.values() if task.retries == 0]
        instance_id = request.query_params["processInstanceId"]
        return JSONResponse([wire.incident(task) for task in failed if task.instance.id == instance_id])


_FIELDS = ("deployment-name", "deployment-source", "tenant-id")


def _executable(name: str, content: bytes) -> list[str]:
    """The keys of the executable processes in a file; nothing else of it is read."""
    if name.endswith(".form"):
        json.loads(content)
    if not _EXECUTED.search(name):
        return []
    try:
        root = ET.fromstring(content)  # noqa: S314  (our own tests write it)
    except ET.ParseError:
        raise refusals.unreadable_file(name) from None
    return [process.attrib["id"] for process in root.iter(_PROCESS) if process.get("isExecutable") == "true"]


def _moment(known: Instance, field: str) -> str:
    return wire.time(known.started if field == "startTime" else known.ended) or ""
