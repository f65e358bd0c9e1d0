"""Sessions that nobody writes in are warned, and abandoned when their time is over."""

from uuid import UUID

from background.work import Work
from engine import UNDO_PROCESS, NotFound
from runtime import logs
from store.errors import StoreError
from store.idleness import Idleness
from store.notifications import Notifications

_AT_ONCE = 200
_log = logs.get(__name__)


async def abandon_idle(work: Work) -> int:
    """Warn sessions whose time is nearly over, and abandon those whose time is.

    A session that waits for a function, a timer or a message is nobody's to answer: its time begins anew.

    Returns:
        How many were abandoned.

    Raises:
        EngineError, StoreUnavailable: what is left is done by the next run.
    """
    idleness = Idleness(work.database, work.idle_limit)
    abandoned = 0
    while sessions := await idleness.abandon(_AT_ONCE):
        abandoned += len(sessions)
        for session in sessions:
            await _tell(work, session)
    for session in await idleness.left_over(_AT_ONCE):
        await _remove(work, session)
        await idleness.removed(session)
    for idle in await idleness.idle(_AT_ONCE):
        if not await _waits_for_a_person(work, idle.id):
            await idleness.spare(idle)
        elif await idleness.warn(idle):
            await _tell(work, idle.id)
    return abandoned


async def _remove(work: Work, session: UUID) -> None:
    for instance in await work.engine.processes.find(str(session)):
        if instance.definition_key == UNDO_PROCESS:
            continue  # what was made still has to be undone
        try:
            await work.engine.processes.delete(instance.id)
        except NotFound:
            continue


async def _waits_for_a_person(work: Work, session: UUID) -> bool:
    if await work.engine.user_tasks.waiting(str(session)):
        return True
    instances = await work.engine.processes.find(str(session))
    tasks = await work.engine.external_tasks.waiting([instance.id for instance in instances]) if instances else []
    return any(task.retries == 0 for task in tasks)


async def _tell(work: Work, session: UUID) -> None:
    try:
        await Notifications(work.database).session_changed(session)
    except StoreError:
        _log.warning("others were not told of a change")
