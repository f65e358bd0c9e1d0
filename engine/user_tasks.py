"""User tasks: what waits for a person or a bot."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.answers import form_schema, read, read_each
from engine.errors import EngineError, NotFound
from engine.transport import Transport, segment
from engine.variables import Value, decode, encode

_RAW = {"deserializeValues": "false"}
"""Asks for values as they are stored, not for what Java makes of them."""


@dataclass(frozen=True)
class FormRef:
    """A task's Camunda Form (user guide, "Camunda Forms").

    Attributes:
        key: the form's id.
        binding: ``deployment``, ``latest`` or ``version``.
        version: the number, for the binding ``version``.
    """

    key: str
    binding: str
    version: int | None


@dataclass(frozen=True)
class UserTask:
    """A waiting user task.

    Attributes:
        id: the engine's id of it.
        key: the element's id in the BPMN file.
        name: the element's name.
        description: the element's documentation.
        definition_id: the process definition it belongs to.
        instance_id: the process instance it belongs to, which may be a called one.
        created: when the script arrived here.
        form_ref: a Camunda Form, where the task has one.
        form_key: another kind of form, where the task has one.
        variables: all that are visible from the task.
    """

    id: str
    key: str
    name: str | None
    description: str | None
    definition_id: str
    instance_id: str
    created: datetime
    form_ref: FormRef | None
    form_key: str | None
    variables: Mapping[str, Value]


class UserTasks:
    """Waiting user tasks (Camunda 7 REST API, "Task")."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def waiting(self, business_key: str, *, expected: str | None = None) -> list[UserTask]:
        """Return the tasks of all instances with a business key, at any depth of call activities, oldest first.

        Args:
            business_key: of the root instance and of those that it calls.
            expected: id of the task that probably waits; its variables are asked for at the same time.

        Two requests, and one more a further task of a fork: the task query can return variables too
        (``withTaskVariablesInReturn``), but gives every Json variable as ``{"nodeType": …}`` without its value and
        fails as a whole for one that is malformed (seen on 7.24).

        Raises:
            EngineError: any but EngineRejected; that, where an expression in a task's form reference fails.
        """
        query = {"processInstanceBusinessKey": business_key, "sortBy": "created", "sortOrder": "asc"}
        answer, ahead = await asyncio.gather(self._transport.send("GET", "/task", query=query), self._ahead(expected))
        tasks = await asyncio.gather(
            *(self._with_variables(task, ahead if task.id == expected else None) for task in read_each(_task, answer))
        )
        return [task for task in tasks if task is not None]

    async def complete(self, task_id: str, variables: Mapping[str, Value]) -> Mapping[str, Value]:
        """Complete a task; returns when the engine has reached the next wait states.

        Returns:
            The variables of the task's process instance as they then are; where it has ended, as they were at its end.

        Raises:
            NotFound: the task was completed or cancelled already, or never was.
            OptimisticLock: the same task, or one of its fork, is being completed at this moment.
            VariableInvalid: a variable cannot be sent; nothing was.
            EngineRejected: what follows the task failed; the task still waits and the variables are not set.
            EngineError: any other.
        """
        path = f"/task/{segment(task_id)}/complete"
        body = {"variables": encode(variables), "withVariablesInReturn": True}
        return read(decode, await self._transport.send("POST", path, query=_RAW, body=body))

    async def submit_form(self, task_id: str, variables: Mapping[str, Value]) -> Mapping[str, Value]:
        """Complete a task with a generated form, whose values the engine makes of what was answered; as `complete`.

        Days go in as ``dd/MM/yyyy``. A value that the form does not allow is an EngineRejected.
        """
        path = f"/task/{segment(task_id)}/submit-form"
        body = {"variables": encode(variables), "withVariablesInReturn": True}
        return read(decode, await self._transport.send("POST", path, query=_RAW, body=body))

    async def deployed_form(self, task_id: str) -> dict[str, Any]:
        """Return the form-js schema of a task's Camunda Form.

        Raises:
            NotFound: the task is gone.
            EngineRejected: the task has no Camunda Form, or the form it names was not deployed.
            AnswerUnreadable: the form is no JSON object or nested too deep.
            EngineError: any other.
        """
        return form_schema(await self._transport.send("GET", f"/task/{segment(task_id)}/deployed-form"))

    async def _with_variables(self, task: UserTask, known: Mapping[str, Value] | None) -> UserTask | None:
        """Return None for a task that has been completed since the query."""
        if known is not None:
            return replace(task, variables=known)
        try:
            return replace(task, variables=await self._variables(task.id))
        except NotFound:
            return None

    async def _ahead(self, task_id: str | None) -> Mapping[str, Value] | None:
        """The variables of a task that may not be there; None where they can't be had."""
        try:
            return None if task_id is None else await self._variables(task_id)
        except EngineError:
            return None  # where it matters, the query of the tasks says so too

    async def _variables(self, task_id: str) -> Mapping[str, Value]:
        path = f"/task/{segment(task_id)}/variables"
        return read(decode, await self._transport.send("GET", path, query=_RAW))


def _task(wire: Mapping[str, Any]) -> UserTask:
    return UserTask(
        id=wire["id"],
        key=wire["taskDefinitionKey"],
        name=wire["name"],
        description=wire["description"],
        definition_id=wire["processDefinitionId"],
        instance_id=wire["processInstanceId"],
        created=datetime.fromisoformat(wire["created"]),
        form_ref=_form_ref(wire.get("camundaFormRef") or wire.get("operatonFormRef")),
        form_key=wire["formKey"],
        variables={},
    )


def _form_ref(wire: Mapping[str, Any] | None) -> FormRef | None:
    return FormRef(wire["key"], wire["binding"], wire["version"]) if wire else None
