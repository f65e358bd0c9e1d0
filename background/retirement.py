"""Releases that nothing uses, taken out of the engine."""

from background.work import Work
from engine import EngineRejected, NotFound
from runtime import logs
from store.retirement import Retirement

_ACTOR = "background"
_log = logs.get(__name__)


async def retire_unused(work: Work) -> int:
    """Take releases that nothing has used for long out of the engine; the store keeps them.

    The history of their sessions stays. A deployment that some instance still runs on, such as one that no session
    began, stays until a later run.

    Returns:
        How many were taken out of use.

    Raises:
        EngineError, StoreUnavailable: the next run goes on.
    """
    retirement = Retirement(work.database)
    retired = await retirement.retire(work.releases_kept, _ACTOR)
    for deployment in await retirement.leaving():
        try:
            await work.engine.deployments.delete(deployment.deployment_id, cascade=False)
        except NotFound:
            pass
        except EngineRejected:
            _log.warning("deployment stays", script=deployment.script, release=deployment.release)
            continue
        await retirement.left(deployment)
    return retired
