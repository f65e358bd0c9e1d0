"""Running the cases of a script: beside everything that lives, and nothing of it is left."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import tenacity

from engine import EngineError, NotFound, TopicRequest
from engine.deployments import Deployment
from engine.history import PassedElement
from player_api.diagrams.diagram import Diagram, parse_diagram
from player_api.releases.cases.calls import Calls
from player_api.releases.cases.case import FOLDER, Case, CaseUnreadable, read_case
from player_api.releases.cases.coverage import coverage
from player_api.releases.cases.report import CaseDifference, CaseReport, Report
from player_api.releases.cases.walk import Walk, WalkParts
from player_api.releases.close import deployable
from runtime import correlation, logs
from store.releases import ReleaseContent

TENANT = "__test__"
"""Camunda's tenant of what is tested: workers fetch only what is of none."""
_FIXED = {correlation.VARIABLE: "case", "tenant": "main"}
_AT_ONCE = 8
_LOCK = timedelta(minutes=5)
_POLL = timedelta(seconds=2)
_log = logs.get(__name__)

Tell = Callable[[int, int], None]


def _untold(_done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Trial:
    """Runs the cases of scripts.

    Several may run at once, in several processes: each has a deployment and a version tag of its own, and answers the
    calls of that alone. No worker is asked, and so no system.

    Attributes:
        parts: what walking takes.
        left_behind: what is older has been left by a process that was killed; no run takes so long.
    """

    parts: WalkParts
    left_behind: timedelta = timedelta(minutes=15)

    async def run(self, content: ReleaseContent, files: Mapping[str, bytes], tell: Tell = _untold) -> Report:
        """Run all cases of a script that has been closed.

        Args:
            content: what would be deployed.
            files: the script's; those of the folder ``tests`` are its cases.
            tell: hears how many cases are done, and of how many.

        Raises:
            EngineRejected: the engine refuses the script.
            EngineError: the engine can't be reached.
        """
        names = sorted(name for name in files if name.startswith(FOLDER) and name.endswith((".yaml", ".yml")))
        cases, reports = _read(names, files)
        if not names:
            return Report(cases=[], coverage=None)
        walked: list[list[PassedElement]] = []
        if cases:
            tag = f"test/{uuid4().hex}"
            async with self._deployed(content, tag) as deployment:
                definition = deployment.definitions[content.script]
                walks = {name: Walk(self.parts, case, str(uuid4())) for name, case in cases.items()}
                await self._walk(walks, definition, tag, content, tell)
                reports |= {name: _report(name, walk) for name, walk in walks.items()}
                for walk in walks.values():
                    walked += await self._passed(walk, definition)
        return Report(cases=[reports[name] for name in names], coverage=coverage(_diagram(content), walked))

    @contextlib.asynccontextmanager
    async def _deployed(self, content: ReleaseContent, tag: str) -> AsyncIterator[Deployment]:
        await self._clean_up()
        files = deployable(content.files, content.script, tag)
        creating = asyncio.create_task(
            self.parts.engine.deployments.create(tag, files, source="script-manager tests", tenant_id=TENANT)
        )
        try:
            yield await asyncio.shield(creating)
        finally:
            with contextlib.suppress(EngineError):  # what can't be removed now, a later run removes
                await asyncio.shield(self._remove(creating))

    @tenacity.retry(stop=tenacity.stop_after_attempt(3), wait=tenacity.wait_fixed(0.2), reraise=True)
    async def _remove(self, created: Awaitable[Deployment]) -> None:
        # Who was cancelled may have left requests that the engine still carries out.
        await self.parts.engine.deployments.delete((await created).id, cascade=True)

    async def _clean_up(self) -> None:
        before = datetime.now(UTC) - self.left_behind
        for left in await self.parts.engine.deployments.of_tenant(TENANT, before):
            with contextlib.suppress(NotFound):
                await self.parts.engine.deployments.delete(left, cascade=True)
                _log.info("left_tests_removed", deployment=left)

    async def _walk(
        self, walks: Mapping[str, Walk], definition: str, tag: str, content: ReleaseContent, tell: Tell
    ) -> None:
        turns, done = asyncio.Semaphore(_AT_ONCE), 0

        async def walk(one: Walk) -> None:
            nonlocal done
            async with turns:
                await one.go(definition, _FIXED)
            done += 1
            tell(done, len(walks))

        tell(0, len(walks))
        try:
            async with asyncio.TaskGroup() as group:
                calls = {one.key: one.calls for one in walks.values()}
                answering = group.create_task(self._answer(calls, tag, content))
                await asyncio.wait([group.create_task(walk(one)) for one in walks.values()])
                answering.cancel()
        except* EngineError as errors:
            raise _first(errors) from None

    async def _answer(self, calls: Mapping[str, Calls], tag: str, content: ReleaseContent) -> None:
        """Answer the calls of functions until this is cancelled."""
        topics = [TopicRequest(topic, _LOCK, version_tag=tag, tenant_ids=(TENANT,)) for topic in _topics(content)]
        worker = f"cases-{uuid4().hex}"
        async with asyncio.TaskGroup() as group:
            while topics:
                locked = await self.parts.engine.external_tasks.fetch_and_lock(
                    worker, topics, max_tasks=20, long_poll=_POLL
                )
                for task in locked:
                    if called := calls.get(task.business_key or ""):
                        group.create_task(called.answer(task))

    async def _passed(self, walk: Walk, definition: str) -> list[list[PassedElement]]:
        history = self.parts.engine.history
        instances = [one.id for one in await history.instances(walk.key) if one.definition_id == definition]
        return [await history.passed(instance) for instance in instances]


def _read(names: Sequence[str], files: Mapping[str, bytes]) -> tuple[dict[str, Case], dict[str, CaseReport]]:
    """The cases that can be read, and reports of those that can't."""
    cases: dict[str, Case] = {}
    unreadable: dict[str, CaseReport] = {}
    for name in names:
        try:
            cases[name] = read_case(files[name])
        except CaseUnreadable as error:
            said = [CaseDifference.of("unreadable", None, reason=error)]
            unreadable[name] = CaseReport(file=name, name=name, passed=False, steps=[], differences=said)
    return cases, unreadable


def _report(name: str, walk: Walk) -> CaseReport:
    found = walk.report
    return CaseReport(file=name, name=walk.case.name, passed=not found, steps=walk.steps, differences=found)


def _first(errors: BaseExceptionGroup[EngineError]) -> EngineError:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, EngineError)  # noqa: S101 - they were sorted out
    return error


def _topics(content: ReleaseContent) -> list[str]:
    return sorted({topic for element, topic in content.functions.items() if "." not in element})


def _diagram(content: ReleaseContent) -> Diagram:
    for name, file in content.files.items():
        if name.endswith(".bpmn") and name.startswith(f"{content.script}/"):
            with contextlib.suppress(KeyError):
                return parse_diagram(file, content.script)
    raise KeyError(content.script)
