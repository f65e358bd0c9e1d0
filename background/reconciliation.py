"""The store's record of sessions made true to the engine, after a process died between the two."""

from datetime import datetime, timedelta
from uuid import UUID

from background.work import Work
from engine import EngineRejected, HistoricInstance
from store.journal import Event, EventType
from store.sessions import SessionState, StoredSession
from store.snapshots import Snapshots
from store.starts import StartForms
from store.upkeep import advance_watermark, watermark

_ACTOR = "background"
_START_TAKES = timedelta(minutes=1)
_FIRST_RUN = timedelta(days=1)
_OVERLAP = timedelta(minutes=1)
_WATERMARK = "session ends"
_SETTLED_AT_ONCE = 500


async def record_ends(work: Work, now: datetime, *, batch: int = 500) -> int:
    """Record the end of sessions whose process has ended without anybody seeing it.

    Goes on from where the last run stopped, with an overlap for ends that the engine committed late.

    Args:
        work: the parts to work with.
        now: up to when this run makes things true.
        batch: how many ended processes the engine is asked for at a time.

    Returns:
        How many were recorded.

    Raises:
        EngineError, StoreUnavailable: the next run begins where this one did.
    """
    since = (await watermark(work.database, _WATERMARK) or now - _FIRST_RUN) - _OVERLAP
    recorded = 0
    while True:
        ended = await work.engine.history.ended_since(since, limit=batch)
        for instance in ended:
            # What has ended since is perhaps being recorded by the submission that ended it, with its result.
            if instance.ended is not None and instance.ended <= now:
                recorded += await _record(work, instance)
        if len(ended) < batch:
            break
        last = ended[-1].ended or now
        if last == since:
            batch *= 2  # so many ended in one instant that a batch never gets past it
        since = last
    await advance_watermark(work.database, _WATERMARK, now)
    return recorded


async def end_unstarted(work: Work) -> int:
    """Settle sessions that were written down a while ago and are not known to have been started.

    The engine may have started them: then they run. One whose start form was answered is started with the answers.
    Otherwise nobody was ever given their first step, or nobody has answered it for a day: they are cancelled.

    Returns:
        How many were cancelled.

    Raises:
        EngineError, StoreUnavailable: what is left is settled by the next run.
    """
    cancelled = 0
    for session in await work.sessions.unstarted(older_than=_START_TAKES, limit=_SETTLED_AT_ONCE):
        key = str(session.id)
        if await work.engine.processes.find(key) or await work.engine.history.instance(key):
            await work.sessions.mark_running(session.id)
            continue
        if session.start_form == "answered":
            await _start_again(work, session)
            continue
        event = _event(session, EventType.SESSION_CANCELLED, {"reason": "never started"})
        if await work.sessions.finish(session.id, SessionState.CANCELLED, None, event):
            cancelled += 1
    return cancelled


async def _start_again(work: Work, session: StoredSession) -> None:
    starts = StartForms(work.database)
    if not await starts.claim(session.id):
        return
    try:
        await work.engine.processes.start_by_form(
            session.definition_id, business_key=str(session.id), variables=session.variables
        )
    except EngineRejected:
        await starts.ask_again(session.id)
        return
    await work.sessions.mark_running(session.id)


def _session_id(instance: HistoricInstance) -> UUID | None:
    try:
        return UUID(instance.business_key or "")
    except ValueError:
        return None


async def _record(work: Work, instance: HistoricInstance) -> bool:
    session_id = _session_id(instance)
    session = await work.sessions.find_unfinished(session_id) if session_id else None
    if session is None:
        return False
    state = SessionState.CANCELLED
    result: dict[str, object] | None = None
    if not instance.was_cancelled:
        end = await work.engine.history.end_event(instance.id)
        seen = await Snapshots(work.database).last(session.id) or {}
        plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in seen.items()}
        state, result = SessionState.ENDED, {"end": end, "variables": plain}
    event = _event(session, EventType.SESSION_ENDED, {"state": state, "result": result})
    return await work.sessions.finish(session.id, state, result, event) is not None


def _event(session: StoredSession, kind: EventType, data: dict[str, object]) -> Event:
    return Event(
        kind,
        tenant=session.tenant,
        session=session.id,
        actor=_ACTOR,
        correlation_id=session.correlation_id,
        data=data,
    )
