"""A release that has left the engine, deployed again as it was closed."""

from engine import Engine
from player_api.releases.close import deployable
from player_api.releases.publish import SOURCE, deployment_name
from store.release_files import ReleaseFiles, ReleaseInfo
from store.retirement import Retirement


async def bring_back(
    engine: Engine, files: ReleaseFiles, retirement: Retirement, release: tuple[str, int], by: str
) -> bool:
    """Have the engine hold a release again, before a rollout names it; does nothing where it does.

    Args:
        engine: where it is deployed.
        files: what it is made of.
        retirement: where it is recorded.
        release: key of the script, and the number.
        by: who does, for the journal.

    Returns:
        Whether it was brought back by this call.

    Raises:
        EngineError: the engine can't be reached, or refuses it.
        StoreUnavailable: the database can't be reached.
    """
    script, number = release
    known = await files.release(script, number)
    if known is None or known.definition_id is not None or known.retired_at is None:
        return False
    return await deploy_again(engine, files, retirement, known, by)


async def deploy_again(
    engine: Engine, files: ReleaseFiles, retirement: Retirement, release: ReleaseInfo, by: str
) -> bool:
    """Have the engine hold a release that it does not hold, as it was closed.

    Args:
        engine: where it is deployed.
        files: what it is made of.
        retirement: where it is recorded.
        release: which.
        by: who does, for the journal.

    Returns:
        Whether it was this call that did.

    Raises:
        EngineError: the engine can't be reached, or refuses it.
        StoreUnavailable: the database cannot be reached.
    """
    script, number = release.script, release.number
    closed = deployable(await files.closed(script, number), script, f"{script}/{number}")
    made = await engine.deployments.create(deployment_name(release.title, script, number), closed, source=SOURCE)
    if await retirement.brought_back(script, number, made.id, made.definitions[script], by):
        return True
    # Somebody else was quicker; nothing runs on ours yet.
    await engine.deployments.delete(made.id, cascade=False)
    return False
