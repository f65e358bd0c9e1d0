"""The manual way: functions that still run give way to a person."""

from uuid import UUID

from engine.errors import NotFound
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import ManualImpossible
from player_api.sessions.finish import record_end, tell_others
from player_api.sessions.lease import refusal
from player_api.sessions.models import Session
from player_api.sessions.open import find_open
from player_api.sessions.open_steps import at_failed_functions, at_user_tasks, despite_races
from player_api.sessions.position import settle
from player_api.sessions.view import session_view
from player_api.sessions.waiting import may_give_way
from store.journal import Event, EventType
from store.sessions import StoredSession


async def go_manual(context: SessionContext, caller: Caller, session_id: UUID, patience: float) -> Session:
    """Let the functions that a session waits for give way, so that their answers can be entered.

    Asked for again it changes nothing. A function that ends at this moment has answered: the session goes on.

    Raises:
        SessionNotFound, SessionEnded, ManualImpossible, LeaseTaken: nothing is changed.
        EngineUnavailable, StoreUnavailable: it may be asked for again.
    """
    session = await find_open(context, caller, session_id)
    if await at_user_tasks(context, session):
        raise ManualImpossible("the session waits for no function, but at a step")
    instances = await context.engine.processes.find(str(session.id))
    tasks = await context.engine.external_tasks.waiting([instance.id for instance in instances])
    giving_way = [task for task in tasks if await may_give_way(context, session, task)]
    if not giving_way and not await at_failed_functions(context, session, tasks):
        raise ManualImpossible("no function that the session waits for can be answered by hand")
    if giving_way:
        event = _event(session, caller, [task.topic for task in giving_way])
        if not await context.leases.write(event):
            raise await refusal(context, caller, session.id)
    with context.listener.changes(session.id) as changed:
        for task in giving_way:
            try:
                await despite_races(context.engine.external_tasks.take_from_worker)(task.id)
            except NotFound:
                continue  # it has just been answered
        await tell_others(context, session)
        position = await settle(context, session, changed, patience)
    return session_view(await record_end(context, session, position, caller), position, caller.name)


def _event(session: StoredSession, caller: Caller, functions: list[str]) -> Event:
    return Event(
        EventType.MANUAL_CHOSEN,
        tenant=session.tenant,
        session=session.id,
        actor=caller.name,
        correlation_id=caller.correlation_id,
        data={"functions": functions},
    )
