"""The fake engine's memory: definitions, instances and what they wait for, moved by scenarios."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.fakes import refusals
from tests.fakes.scenario import Ask, AskTogether, CallFunction, CallScript, End, Scenario, Stage

Variables = dict[str, dict[str, Any]]
Topic = dict[str, Any]
"""Both as on the wire."""


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Definition:
    id: str
    key: str
    version: int
    deployment_id: str
    resource: str = "fake.bpmn"
    tenant_id: str | None = None


@dataclass(eq=False)
class Instance:
    definition: Definition
    business_key: str | None
    variables: Variables
    remaining: list[Stage]
    started: datetime
    caller: "Instance | None" = None
    id: str = field(default_factory=new_id)
    ended: datetime | None = None
    state: str = "ACTIVE"
    end_event: str | None = None
    revision: int = 0


@dataclass(eq=False)
class Task:
    stage: Ask
    instance: Instance
    created: datetime
    id: str = field(default_factory=new_id)


@dataclass(eq=False)
class FunctionTask:
    stage: CallFunction
    instance: Instance
    created: datetime
    id: str = field(default_factory=new_id)
    worker_id: str | None = None
    lock_expires: datetime | None = None
    retries: int | None = None
    error_message: str | None = None
    error_details: str | None = None


class Instances:
    """Everything the fake engine knows; plain state, no waiting."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.scenarios: dict[str, Scenario] = {}
        self.definitions: dict[str, Definition] = {}
        self.instances: list[Instance] = []
        self.tasks: dict[str, Task] = {}
        self.functions: dict[str, FunctionTask] = {}

    def define(self, key: str, deployment_id: str, resource: str, tenant_id: str | None) -> Definition:
        version = 1 + sum(known.key == key for known in self.definitions.values())
        made = Definition(f"{key}:{version}:{new_id()}", key, version, deployment_id, resource, tenant_id)
        self.definitions[made.id] = made
        return made

    def start(self, definition_id: str, business_key: str | None, variables: Variables) -> Instance:
        definition = self.definitions.get(definition_id)
        if definition is None:
            raise refusals.definition_gone(definition_id)
        return self._begin(definition, business_key, variables)

    def running(self) -> list[Instance]:
        return [instance for instance in self.instances if instance.ended is None]

    def complete_task(self, task: Task, variables: Variables) -> None:
        del self.tasks[task.id]
        task.instance.revision += 1
        task.instance.variables |= variables
        if not any(other.instance is task.instance for other in self.tasks.values()):
            self._advance(task.instance)

    def complete_function(self, task: FunctionTask, variables: Variables) -> None:
        del self.functions[task.id]
        task.instance.variables |= variables
        self._advance(task.instance)

    def throw(self, task: FunctionTask, code: str, variables: Variables) -> None:
        if code not in task.stage.catches:
            raise refusals.uncaught(code)
        task.instance.remaining = list(task.stage.catches[code])
        self.complete_function(task, variables)

    def lock(
        self, worker_id: str, topics: list[dict[str, Any]], most: int
    ) -> list[tuple[FunctionTask, dict[str, Any]]]:
        """Lock waiting tasks that the topics of fetchAndLock ask for; returns each with its topic."""
        offered = sorted(filter(self._offered, self.functions.values()), key=lambda task: -task.stage.priority)
        wanted = [(task, next((topic for topic in topics if _wanted(task, topic)), None)) for task in offered]
        locked = [(task, topic) for task, topic in wanted if topic is not None][:most]
        for task, topic in locked:
            task.worker_id, task.lock_expires = worker_id, self.in_milliseconds(topic["lockDuration"])
        return locked

    def in_milliseconds(self, duration: int) -> datetime:
        """The time after a duration, as exact as the engine keeps it."""
        later = self.clock() + timedelta(milliseconds=duration)
        return later.replace(microsecond=later.microsecond // 1000 * 1000)

    def delete(self, instance: Instance) -> None:
        for called in [other for other in self.running() if other.caller is instance]:
            self.delete(called)
        self.tasks = {key: task for key, task in self.tasks.items() if task.instance is not instance}
        self.functions = {key: task for key, task in self.functions.items() if task.instance is not instance}
        instance.ended, instance.state = self.clock(), "EXTERNALLY_TERMINATED"

    def _begin(
        self, definition: Definition, business_key: str | None, variables: Variables, caller: Instance | None = None
    ) -> Instance:
        scenario = self.scenarios.get(definition.key, Scenario(definition.key, ()))
        stages = list(scenario.stages)
        instance = Instance(definition, business_key, dict(variables), stages, self.clock(), caller)
        self.instances.append(instance)
        self._advance(instance)
        return instance

    def _advance(self, instance: Instance) -> None:
        match instance.remaining.pop(0) if instance.remaining else End():
            case Ask() as stage:
                self._ask(instance, stage)
            case AskTogether(tasks):
                for stage in tasks:
                    self._ask(instance, stage)
            case CallFunction() as stage:
                task = FunctionTask(stage, instance, self.clock())
                self.functions[task.id] = task
            case CallScript(key):
                definition = [known for known in self.definitions.values() if known.key == key][-1]
                self._begin(definition, instance.business_key, instance.variables, instance)
            case End(event):
                self._end(instance, event)

    def _ask(self, instance: Instance, stage: Ask) -> None:
        task = Task(stage, instance, self.clock())
        self.tasks[task.id] = task

    def _end(self, instance: Instance, event: str) -> None:
        instance.ended, instance.state, instance.end_event = self.clock(), "COMPLETED", event
        if instance.caller:
            instance.caller.variables |= instance.variables
            self._advance(instance.caller)

    def _offered(self, task: FunctionTask) -> bool:
        expired = task.lock_expires is None or task.lock_expires <= self.clock()
        return expired and task.retries != 0


def _wanted(task: FunctionTask, wanted: Topic) -> bool:
    definition = task.instance.definition
    return (
        task.stage.topic == wanted["topicName"]
        and wanted.get("processDefinitionKey", definition.key) == definition.key
        and not (wanted.get("withoutTenantId") and definition.tenant_id is not None)
        and ("tenantIdIn" not in wanted or definition.tenant_id in wanted["tenantIdIn"])
    )
