"""A release that has left the engine, deployed again as it was closed."""

from engine import Engine
from player_api.releases.close import deployable
from store.release_files import ReleaseFiles
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
    closed = deployable(await files.closed(script, number), script, f"{script}/{number}")
    made = await engine.deployments.create(f"{known.title} · {script} {number}", closed, source="script-manager")
    if await retirement.brought_back(script, number, made.id, made.definitions[script], by):
        return True
    # Somebody else was quicker; nothing runs on ours yet.
    await engine.deployments.delete(made.id, cascade=False)
    return False
