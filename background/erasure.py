"""Removing customers from our own database and from the engine's history.

The engine comes first and the store last, session by session: the store's row is what says that something is left to
do, so whoever is killed in between leaves work to the next run, which may repeat every part of it.
"""

from datetime import datetime
from uuid import UUID

from background.work import Work
from engine.errors import EngineError, NotFound
from runtime import logs
from store.erasures import Erasure
from store.journal import Event, EventType
from store.sessions import SessionState

_BATCH = 100
_log = logs.get(__name__)


async def erase_customers(work: Work, _now: datetime) -> None:
    """Go on with all orders to remove a customer.

    Raises:
        StoreUnavailable: what is left is done by the next run.
    """
    for erasure in await work.erasures.unfinished():
        if await _erase(work, erasure):
            await work.erasures.finish(erasure)
            _log.info("customer erased", erasure=str(erasure.id))
    await work.erasures.empty_again()


async def forget_answers(work: Work, now: datetime) -> None:
    """Remove what was said in sessions that ended longer ago than answers are kept.

    Raises:
        StoreUnavailable: what is left is done by the next run.
    """
    while emptied := await work.erasures.empty_ended(now - work.answers_kept, limit=_BATCH):
        _log.info("forgot answers", sessions=emptied)


async def _erase(work: Work, erasure: Erasure) -> bool:
    """Empty all sessions of the customer; return whether none is left."""
    is_done, last = True, None
    while sessions := await work.erasures.sessions_left(erasure, after=last, limit=_BATCH):
        for session in sessions:
            try:
                await _cancel(work, erasure, session)
                await _forget_in_engine(work, session)
            except EngineError as error:
                _log.warning("a session is left to the next run", session=str(session), cause=type(error).__name__)
                is_done = False
                continue
            await work.erasures.empty(erasure, session)
        last = sessions[-1]
    return is_done


async def _cancel(work: Work, erasure: Erasure, session: UUID) -> None:
    """End a session that still runs, as its customer is no longer to be known."""
    for instance in await work.engine.processes.find(str(session)):
        try:
            await work.engine.processes.delete(instance.id)
        except NotFound:
            continue
    event = Event(
        EventType.SESSION_CANCELLED,
        tenant=erasure.tenant,
        session=session,
        actor=erasure.requested_by,
        correlation_id=erasure.correlation_id,
    )
    await work.sessions.finish(session, SessionState.CANCELLED, None, event)


async def _forget_in_engine(work: Work, session: UUID) -> None:
    for instance in await work.engine.history.instances(str(session)):
        try:
            await work.engine.history.delete(instance.id)
        except NotFound:
            continue
