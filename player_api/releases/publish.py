"""Publishing what has been closed: reserve a number, deploy, record.

Each part can be repeated: a kill at any point leaves a release that the next publication of the same files completes.
"""

import re
from dataclasses import dataclass

from engine import DiagramRefused, Engine
from player_api.releases.close import deployable
from player_api.releases.rules import Finding, Rule
from store.releases import ReleaseContent, Releases

SOURCE = "script-manager"
"""Who deploys releases, as the engine keeps it."""
_NAME = re.compile(r".* · ([A-Za-z_][A-Za-z0-9_-]*) (\d{1,9})", re.DOTALL)


@dataclass(frozen=True)
class Published:
    """A release that the engine holds; ``is_new`` is False where the same content was published before."""

    script: str
    number: int
    is_new: bool


async def publish(
    engine: Engine, releases: Releases, content: ReleaseContent, author: str, *, begins: bool = True
) -> Published:
    """Make a release of a closed set of files, unless there is one with the same content.

    Args:
        engine: where it is deployed.
        releases: where it is recorded.
        content: what player_api.releases.close has made.
        author: who publishes, for the journal.
        begins: whether it is rolled out to everyone where nothing of the script ever was.

    Raises:
        EngineError: the engine can't be reached, or refuses what it was given.
        StoreUnavailable: the database can't be reached.
    """
    release = await releases.reserve(content, author=author)
    if release.definition_id is not None:
        return Published(release.script, release.number, is_new=False)
    files = deployable(content.files, release.script, f"{release.script}/{release.number}")
    name = deployment_name(release.title, release.script, release.number)
    deployment = await engine.deployments.create(name, files, source=SOURCE)
    definition_id = deployment.definitions[release.script]
    is_new = await releases.published(release, deployment.id, definition_id, author, begins=begins)
    if not is_new:
        # Somebody else was quicker; nothing runs on ours yet.
        await engine.deployments.delete(deployment.id, cascade=False)
    return Published(release.script, release.number, is_new=is_new and release.retired_at is None)


def engine_findings(script: str, refusal: DiagramRefused) -> list[Finding]:
    """Return what the engine says of a script's files, under the names that its author knows.

    Args:
        script: key of the script.
        refusal: the engine's.
    """
    return [
        Rule.ENGINE.at(
            problem.resource.removeprefix(f"{script}/"),
            problem.element,
            f"движок этого не принимает: {problem.message}",
            f"the engine does not accept this: {problem.message}",
        )
        for problem in refusal.problems
    ] or [Rule.ENGINE.at(script, None, f"движок это не принимает: {refusal.message}", refusal.message)]


def deployment_name(title: str, script: str, number: int) -> str:
    """Return what Cockpit shows of a release's deployment."""
    return f"{title} · {script} {number}"


def release_of(name: str) -> tuple[str, int] | None:
    """Return the script and number that the name of a deployment says it is of; None where it is of no release."""
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2])) if found else None
