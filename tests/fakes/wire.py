"""The fake engine's memory as Camunda 7 writes it: JSON answers, and variables read from requests."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.fakes import refusals
from tests.fakes.instances import Definition, FunctionTask, Instance, Task, Variables

_TYPES = {"Null", "Boolean", "Integer", "Long", "Short", "Double", "String", "Date", "Json", "Object", "File", "Bytes"}


def time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "+0000") if moment else None


def variables(body: Mapping[str, Any], field: str = "variables") -> Variables:
    """Read the variables of a request, refusing what PostgreSQL and Camunda refuse."""
    accepted: Variables = {}
    for name, given in (body.get(field) or {}).items():
        kind, value = given.get("type"), given.get("value")
        if kind not in _TYPES:
            raise refusals.wrong_type(kind)
        if kind == "Json" and not isinstance(value, str | None):
            raise refusals.wrong_type(kind)
        if len(name) > 255 or (kind == "String" and len(value) > 4000):
            raise refusals.persistence_failed(10002)
        if "\0" in name or (kind == "String" and "\0" in value):
            raise refusals.persistence_failed(0)
        shown = None if kind == "File" else value
        accepted[name] = {"type": kind, "value": shown, "valueInfo": given.get("valueInfo", {})}
    return accepted


def definition(known: Definition) -> dict[str, Any]:
    return {
        "id": known.id,
        "key": known.key,
        "category": None,
        "description": None,
        "name": None,
        "version": known.version,
        "resource": known.resource,
        "deploymentId": known.deployment_id,
        "diagram": None,
        "suspended": False,
        "tenantId": known.tenant_id,
        "versionTag": None,
        "historyTimeToLive": 1,
        "startableInTasklist": True,
    }


def instance(running: Instance) -> dict[str, Any]:
    return {
        "links": [],
        "id": running.id,
        "definitionId": running.definition.id,
        "definitionKey": running.definition.key,
        "businessKey": running.business_key,
        "caseInstanceId": None,
        "ended": running.ended is not None,
        "suspended": False,
        "tenantId": running.definition.tenant_id,
    }


def historic(remembered: Instance) -> dict[str, Any]:
    return {
        "id": remembered.id,
        "businessKey": remembered.business_key,
        "processDefinitionId": remembered.definition.id,
        "processDefinitionKey": remembered.definition.key,
        "startTime": time(remembered.started),
        "endTime": time(remembered.ended),
        "deleteReason": None,
        "superProcessInstanceId": remembered.caller.id if remembered.caller else None,
        "state": remembered.state,
        "tenantId": remembered.definition.tenant_id,
    }


def end_event(remembered: Instance) -> dict[str, Any]:
    return {
        "activityId": remembered.end_event,
        "activityType": "noneEndEvent",
        "processInstanceId": remembered.id,
        "endTime": time(remembered.ended),
        "completeScope": True,
    }


def task(waiting: Task) -> dict[str, Any]:
    form = waiting.stage.form
    return {
        "id": waiting.id,
        "name": waiting.stage.name,
        "description": waiting.stage.description,
        "created": time(waiting.created),
        "taskDefinitionKey": waiting.stage.key,
        "processDefinitionId": waiting.instance.definition.id,
        "processInstanceId": waiting.instance.id,
        "formKey": waiting.stage.form_key,
        "camundaFormRef": {"key": form["id"], "binding": "deployment", "version": None} if form else None,
        "suspended": False,
        "tenantId": waiting.instance.definition.tenant_id,
        "taskState": "Created",
    }


def function_task(waiting: FunctionTask) -> dict[str, Any]:
    return {
        "id": waiting.id,
        "activityId": waiting.stage.activity,
        "topicName": waiting.stage.topic,
        "priority": waiting.stage.priority,
        "workerId": waiting.worker_id,
        "lockExpirationTime": time(waiting.lock_expires),
        "createTime": time(waiting.created),
        "retries": waiting.retries,
        "errorMessage": waiting.error_message,
        "processDefinitionId": waiting.instance.definition.id,
        "processDefinitionKey": waiting.instance.definition.key,
        "processInstanceId": waiting.instance.id,
        "businessKey": waiting.instance.business_key,
        "suspended": False,
        "tenantId": waiting.instance.definition.tenant_id,
    }


def locked(waiting: FunctionTask, wanted: Mapping[str, Any]) -> dict[str, Any]:
    names = wanted.get("variables")
    given = waiting.instance.variables
    answer = function_task(waiting) | {
        "errorDetails": waiting.error_details,
        "variables": {name: given[name] for name in given if names is None or name in names},
    }
    if wanted.get("includeExtensionProperties"):
        answer["extensionProperties"] = dict(waiting.stage.properties)
    return answer


def incident(failed: FunctionTask) -> dict[str, Any]:
    return {
        "id": f"incident-{failed.id}",
        "incidentType": "failedExternalTask",
        "activityId": failed.stage.activity,
        "incidentMessage": failed.error_message,
        "configuration": failed.id,
        "processInstanceId": failed.instance.id,
        "incidentTimestamp": time(failed.created),
    }
