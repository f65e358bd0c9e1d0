"""The store and the engine side by side: what each holds of the releases, and how they are made to agree.

A publication deploys before it records, and a retirement records before it deletes, so a kill leaves at most a
deployment that nobody uses. The rest comes from outside: somebody deletes in Cockpit, or one of the two is restored
from a backup.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from engine import Engine, EngineRejected, NotFound
from player_api.releases.bring_back import deploy_again
from player_api.releases.cases.trial import TENANT
from player_api.releases.publish import SOURCE, release_of
from store.held_releases import HeldRelease, HeldReleases
from store.release_files import ReleaseFiles
from store.retirement import Retirement

_ACTOR = "comparison"


class Difference(Enum):
    """In what store and engine differ."""

    LOST = "lost"
    """The engine should hold a release and does not."""
    NOT_DEPLOYED = "not-deployed"
    """New sessions should get a release that the engine need not hold."""
    NO_RELEASE = "no-release"
    """A rollout names a number that no release has."""
    LEFT_OVER = "left-over"
    """The engine holds a deployment of a release that the store does not know of."""
    TEST_LEFT_OVER = "test-left-over"
    """The engine holds what was deployed for test cases."""


@dataclass(frozen=True)
class Discrepancy:
    """One thing in which store and engine differ.

    Attributes:
        kind: in what.
        en: a sentence that says it, and what follows from it.
        ru: the same in Russian.
        repair_en: what a repair does; None where a person has to decide.
        repair_ru: the same in Russian.
        release: that it is about, None where it is about a deployment alone.
        deployment: that it is about.
    """

    kind: Difference
    en: str
    ru: str
    repair_en: str | None
    repair_ru: str | None
    release: HeldRelease | None = None
    deployment: str | None = None


@dataclass(frozen=True)
class Comparison:
    """Compares, and makes agree.

    Attributes:
        engine: what holds deployments.
        held: what the store has of them.
        files: what releases are made of.
        retirement: records what the engine holds again.
        settled: how old a deployment must be: a younger one may belong to a publication that goes on.
    """

    engine: Engine
    held: HeldReleases
    files: ReleaseFiles
    retirement: Retirement
    settled: timedelta = timedelta(minutes=10)

    async def differences(self, scripts: Collection[str] = ()) -> Sequence[Discrepancy]:
        """Say in what store and engine differ.

        Args:
            scripts: only what is about these; empty for everything.

        Raises:
            EngineError: the engine can't be reached.
            StoreUnavailable: the database can't be reached.
        """
        there = await self.engine.deployments.of_source(SOURCE)
        ids = {deployment.id for deployment in there}
        known = await self.held.deployments()
        found: list[Discrepancy] = []
        for release in await self.held.all():
            if not scripts or release.script in scripts:
                found += await self._of_release(release, ids)
        before = datetime.now(UTC) - self.settled
        for deployment in there:
            named = release_of(deployment.name or "")
            old = deployment.deployed_at <= before
            if named and old and deployment.id not in known and (not scripts or named[0] in scripts):
                found.append(_left_over(deployment.id, *named))
        if not scripts:
            found += [_test_left_over(left) for left in await self.engine.deployments.of_tenant(TENANT, before)]
        return found

    async def _of_release(self, release: HeldRelease, deployments: Collection[str]) -> list[Discrepancy]:
        if not release.exists:
            return [_no_release(release)]
        if release.deployment_id is None:
            return [_not_deployed(release)]
        if release.deployment_id not in deployments or not await self._is_defined(release):
            return [_lost(release)]
        return []

    async def _is_defined(self, release: HeldRelease) -> bool:
        definition = await self.engine.definitions.deployed(release.deployment_id or "", release.script)
        return definition is not None and definition.id == release.definition_id

    async def repair(self, discrepancy: Discrepancy) -> bool:
        """Make store and engine agree in one thing.

        Returns:
            False where a person has to decide, or instances run on what would be deleted.

        Raises:
            EngineError: the engine can't be reached, or refuses.
            StoreUnavailable: the database can't be reached.
        """
        release, deployment = discrepancy.release, discrepancy.deployment
        match discrepancy.kind:
            case Difference.LOST if release is not None:
                if await self.held.lost(release, _ACTOR):
                    await self._deploy(release)
                return True
            case Difference.NOT_DEPLOYED if release is not None:
                await self._deploy(release)
                return True
            case Difference.LEFT_OVER if deployment is not None:
                return await self._delete(deployment, cascade=False)
            case Difference.TEST_LEFT_OVER if deployment is not None:
                return await self._delete(deployment, cascade=True)
            case _:
                return False

    async def _deploy(self, release: HeldRelease) -> None:
        known = await self.files.release(release.script, release.number)
        if known is not None and known.definition_id is None:
            await deploy_again(self.engine, self.files, self.retirement, known, _ACTOR)

    async def _delete(self, deployment: str, *, cascade: bool) -> bool:
        try:
            await self.engine.deployments.delete(deployment, cascade=cascade)
        except NotFound:
            return True
        except EngineRejected:
            return False
        return True


def _lost(release: HeldRelease) -> Discrepancy:
    named = f"{release.script} {release.number}"
    return Discrepancy(
        Difference.LOST,
        f"the engine does not hold the release {named} (deployment {release.deployment_id}); new sessions on it would"
        f" fail, and those that run on it ({release.sessions}) have lost their process: cancel them",
        f"в движке нет релиза {named} (развёртывание {release.deployment_id}): новые сеансы на нём не начнутся, а"
        f" идущие на нём ({release.sessions}) остались без процесса, отмените их",
        "deploy it again as it was closed",
        "развернуть его снова таким, каким он был закрыт",
        release,
    )


def _not_deployed(release: HeldRelease) -> Discrepancy:
    named = f"{release.script} {release.number}"
    return Discrepancy(
        Difference.NOT_DEPLOYED,
        f"new sessions should get the release {named}, but it is not in the engine",
        f"новые сеансы должны получать релиз {named}, но в движке его нет",
        "deploy it as it was closed",
        "развернуть его таким, каким он был закрыт",
        release,
    )


def _no_release(release: HeldRelease) -> Discrepancy:
    return Discrepancy(
        Difference.NO_RELEASE,
        f"the rollout of {release.script} names the release {release.number}, which there is not",
        f"раскатка скрипта {release.script} называет релиз {release.number}, которого нет",
        None,
        None,
        release,
    )


def _left_over(deployment: str, script: str, number: int) -> Discrepancy:
    return Discrepancy(
        Difference.LEFT_OVER,
        f"the engine holds the deployment {deployment} of {script} {number}, which the store does not know of",
        f"движок держит развёртывание {deployment} релиза {script} {number}, о котором хранилище не знает",
        "delete it, unless instances run on it",
        "удалить его, если на нём нет экземпляров",
        deployment=deployment,
    )


def _test_left_over(deployment: str) -> Discrepancy:
    return Discrepancy(
        Difference.TEST_LEFT_OVER,
        f"the engine holds the deployment {deployment}, made for test cases",
        f"движок держит развёртывание {deployment}, сделанное для тестов",
        "delete it with its instances",
        "удалить его вместе с экземплярами",
        deployment=deployment,
    )
