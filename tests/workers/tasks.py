# ruff: noqa: ARG002 - the interface has more than this needs
"""External tasks in memory, behind the worker's own interface: what is fetched, reported and refused is the test's."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from engine import EngineError, ExternalTask, LockedTask, TopicRequest, Value


def task(
    number: int = 1, topic: str = "billing.get_balance", *, key: str | None = "s-1", **variables: Value
) -> ExternalTask:
    return ExternalTask(
        id=f"t-{number}",
        topic=topic,
        worker_id="w",
        business_key=key,
        process_instance_id="p-1",
        definition_id="d-1",
        definition_key="d",
        activity_id="get_balance",
        retries=None,
        lock_expires=datetime(2026, 1, 1, tzinfo=UTC),
        variables={"correlationId": "c-1", **variables},
        extension_properties={},
        tenant_id=None,
        priority=0,
    )


@dataclass
class Tasks:
    """Hands out ``waiting`` tasks with the variables that were asked for.

    Every report is noted, after the next of ``troubles`` was raised. A fetch stays open until there is a
    task, or until ``end_polls``.
    """

    waiting: list[ExternalTask] = field(default_factory=list)
    reports: list[tuple[Any, ...]] = field(default_factory=list)
    troubles: list[EngineError] = field(default_factory=list)
    fetch_troubles: list[EngineError] = field(default_factory=list)
    fetched: list[tuple[list[str], int]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    polls_end: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, *tasks: ExternalTask) -> None:
        self.waiting.extend(tasks)
        self.changed.set()

    def end_polls(self) -> None:
        self.polls_end.set()
        self.changed.set()

    async def until_reported(self, count: int) -> None:
        await self._until(lambda: len(self.reports) >= count)

    async def until_fetched(self, count: int) -> None:
        await self._until(lambda: len(self.fetched) >= count)

    async def _until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not reached():
                self.moved.clear()
                await self.moved.wait()

    async def fetch_and_lock(
        self, worker_id: str, topics: Sequence[TopicRequest], *, max_tasks: int, long_poll: timedelta
    ) -> list[ExternalTask]:
        names = [topic.name for topic in topics]
        asked = {topic.name: topic.variables or () for topic in topics}
        self.fetched.append((names, max_tasks))
        self.moved.set()
        if self.fetch_troubles:
            raise self.fetch_troubles.pop(0)
        while True:
            given = [task for task in self.waiting if task.topic in names][:max_tasks]
            if given or self.polls_end.is_set():
                self.waiting = [task for task in self.waiting if task not in given]
                return [_with(asked[task.topic], task) for task in given]
            self.changed.clear()
            await self.changed.wait()

    async def complete(self, task: LockedTask, variables: Mapping[str, Value]) -> None:
        self._report("complete", task.id, dict(variables))

    async def failure(
        self, task: LockedTask, *, message: str, details: str, retries: int, retry_after: timedelta
    ) -> None:
        self._report("failure", task.id, message, retries)

    async def bpmn_error(self, task: LockedTask, code: str, message: str, variables: Mapping[str, Value]) -> None:
        self._report("bpmn_error", task.id, code, dict(variables))

    async def extend_lock(self, task: LockedTask, duration: timedelta) -> None:
        self._report("extend_lock", task.id, duration)

    async def unlock(self, task: LockedTask) -> None:
        self._report("unlock", task.id)

    def _report(self, *report: Any) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.reports.append(report)
        self.moved.set()


def _with(names: Sequence[str], task: ExternalTask) -> ExternalTask:
    return replace(task, variables={name: task.variables[name] for name in names if name in task.variables})
