"""Publishing a draft: check, close, test, deploy, and give it to everyone."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from engine import DiagramRefused, Engine
from player_api.authoring.closing import ClosedDraft, DraftClosing
from player_api.authoring.desk import DraftDesk
from player_api.authoring.errors import CasesFailed, DraftRefused
from player_api.authoring.progress import Progress, Stage, Tell, untold
from player_api.functions.desk import DeclarationDesk
from player_api.releases.cases import Report, Trial
from player_api.releases.errors import ReleaseRefused
from player_api.releases.publish import Published, engine_findings, publish
from player_api.rollouts.desk import RolloutDesk
from player_api.sessions.context import Caller
from store.drafts import Draft
from store.journal import Event, EventType, Journal
from store.releases import Releases


@dataclass(frozen=True)
class Wish:
    """How a draft is to be published.

    Attributes:
        rolls_out: whether new sessions get it at once, but for those that a more specific rule is about.
        runs_cases: whether its test cases are run.
        override: why it is published even where cases fail or are left out; None where it is not.
    """

    rolls_out: bool
    runs_cases: bool = True
    override: str | None = None


@dataclass(frozen=True)
class Publication:
    """Publishes drafts.

    Every part can be repeated: after a kill at any point, publishing the same draft again goes on where it was cut off.

    Attributes:
        desk: reads drafts.
        closing: checks and closes them.
        trial: runs their test cases.
        declarations: of the functions that a draft brings.
        engine: where releases are deployed.
        releases: where they are recorded.
        rollouts: what switches.
        journal: tells who has overridden test cases.
    """

    desk: DraftDesk
    closing: DraftClosing
    trial: Trial
    declarations: DeclarationDesk
    engine: Engine
    releases: Releases
    rollouts: RolloutDesk
    journal: Journal

    async def publish(
        self, caller: Caller, script: str, wish: Wish, tell: Tell = untold
    ) -> tuple[Published, Report | None]:
        """Make a release of a draft, unless there is one with the same content.

        Args:
            caller: who publishes.
            script: the script's key.
            wish: how.
            tell: hears of each stage as it begins.

        Returns:
            The release, and what its test cases have shown where they were run.

        Raises:
            DraftUnknown: the script has no draft.
            DraftRefused: it has mistakes; nothing was changed.
            CasesFailed: a test case has not passed, and nobody overrides that; nothing was changed.
            EngineError: the engine can't be reached, or refuses it; no session gets it.
            StoreUnavailable: the database cannot be reached.
        """
        tell(Progress(stage=Stage.CHECK))
        draft = await self.desk.read(script)
        with _refused(script):
            return await self._publish(caller, draft, wish, tell)

    async def _publish(self, caller: Caller, draft: Draft, wish: Wish, tell: Tell) -> tuple[Published, Report | None]:
        closed = await self.closing.close(draft)
        report = await self._tried(closed, draft, tell) if wish.runs_cases else None
        if report is None or report.failed:
            await self._overridden(caller, draft, wish, report)
        tell(Progress(stage=Stage.DEPLOY))
        await self.declarations.declare(closed.functions, caller.name)
        published = await publish(self.engine, self.releases, closed.content, caller.name, begins=wish.rolls_out)
        if wish.rolls_out:
            tell(Progress(stage=Stage.SWITCH))
            await self.rollouts.release_to_all(caller, draft.script, published.number)
        return published, report

    async def test(self, script: str) -> Report:
        """Run the test cases of a draft; nothing is published.

        Raises:
            DraftUnknown: the script has no draft.
            DraftRefused: it has mistakes.
            EngineError: the engine can't be reached, or refuses it.
            StoreUnavailable: the database cannot be reached.
        """
        draft = await self.desk.read(script)
        with _refused(script):
            return await self._tried(await self.closing.close(draft), draft, untold)

    async def _tried(self, closed: ClosedDraft, draft: Draft, tell: Tell) -> Report:
        return await self.trial.run(
            closed.content, draft.files, lambda done, of: tell(Progress(stage=Stage.TEST, done=done, of=of))
        )

    async def _overridden(self, caller: Caller, draft: Draft, wish: Wish, report: Report | None) -> None:
        if wish.override is None:
            if report is not None:
                raise CasesFailed(report)
            return
        failed = None if report is None else [case.file for case in report.failed]
        data = {"script": draft.script, "version": draft.version, "reason": wish.override, "failed": failed}
        event = Event(
            EventType.CASES_OVERRIDDEN,
            tenant=caller.tenant,
            actor=caller.name,
            correlation_id=caller.correlation_id,
            data=data,
        )
        await self.journal.record(event)


@contextlib.contextmanager
def _refused(script: str) -> Iterator[None]:
    """Say of a draft what the check, or else the engine, finds wrong with it."""
    try:
        yield
    except ReleaseRefused as error:
        raise DraftRefused(error) from error
    except DiagramRefused as error:
        raise DraftRefused(ReleaseRefused(engine_findings(script, error))) from error
