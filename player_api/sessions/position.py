"""Where a session stands: asked of the engine each time, copied nowhere."""

import asyncio
import time
from dataclasses import dataclass, field

from engine import UNDO_PROCESS, HistoricInstance
from player_api.back.going import go_on
from player_api.metrics import WaitEnd
from player_api.sessions.context import SessionContext
from player_api.sessions.models import Progress, Step, WaitingFunction
from player_api.sessions.open_steps import OpenStep, at_failed_functions, at_user_tasks
from player_api.sessions.trail import Trail, read_trail
from player_api.sessions.visited import with_way
from player_api.sessions.waiting import waiting_function
from store.sessions import StoredSession

_FIRST_LOOK = 0.25
_SLOWEST_LOOK = 2.0


@dataclass(frozen=True)
class Position:
    """What the engine says of a session. All empty: it has not been started."""

    steps: tuple[Step, ...] = ()
    waiting: tuple[WaitingFunction, ...] = ()
    is_running: bool = False
    progress: Progress | None = None
    ended: HistoricInstance | None = field(default=None)

    @property
    def has_failed(self) -> bool:
        """Whether nothing moves until somebody retries a function."""
        return not self.steps and any(function.error is not None for function in self.waiting)

    @property
    def is_working(self) -> bool:
        """Whether something will happen by itself."""
        return self.is_running and not self.steps and not self.has_failed


async def look(context: SessionContext, session: StoredSession) -> Position:
    """Ask the engine where a session stands, and at the same time the journal how it has come there.

    Raises:
        EngineError: the engine can't say.
        FormUnsupported: a step has a form that can't be shown.
    """
    key = str(session.id)
    steps, events = await asyncio.gather(
        at_user_tasks(context, session), context.journal.trail(session.id, session.created_at)
    )
    trail = read_trail(events)
    if trail.going_back:
        return await (look(context, session) if await go_on(context, session) else _going_back(context, session))
    if steps:
        for step in steps:
            context.prefetching.consider(session, step)
        return await _at_steps(context, session, steps, trail)
    if instances := await context.engine.processes.find(key):
        tasks = await context.engine.external_tasks.waiting([instance.id for instance in instances])
        steps = await at_failed_functions(context, session, tasks)
        waiting = [await waiting_function(context, session, task) for task in tasks]
        return await _at_steps(context, session, steps, trail, tuple(waiting))
    return Position(ended=await context.engine.history.instance(key))


async def _going_back(context: SessionContext, session: StoredSession) -> Position:
    """What a session on its way back waits for: what is being undone."""
    instances = await context.engine.processes.find(str(session.id))
    undos = [instance.id for instance in instances if instance.definition_key == UNDO_PROCESS]
    tasks = await context.engine.external_tasks.waiting(undos)
    return Position(waiting=tuple([await waiting_function(context, session, task) for task in tasks]), is_running=True)


async def _at_steps(
    context: SessionContext,
    session: StoredSession,
    steps: list[OpenStep],
    trail: Trail,
    waiting: tuple[WaitingFunction, ...] = (),
) -> Position:
    if not steps:
        return Position(waiting=waiting, is_running=True)
    shown, progress = await with_way(context, session, steps, trail)
    return Position(shown, waiting, is_running=True, progress=progress)


async def settle(context: SessionContext, session: StoredSession, changed: asyncio.Event, patience: float) -> Position:
    """Wait until the session stands at a step, has ended or has failed, for at most ``patience`` seconds.

    A notification wakes it at once; a slow repetition covers timers, async continuations and foreign workers.

    Args:
        context: the parts to ask.
        session: which session.
        changed: set by the session's notifications, from `SessionListener.changes`.
        patience: seconds; where they are over, the position is returned as it is.

    Raises:
        EngineError: the engine can't say.
        FormUnsupported: a step has a form that can't be shown.
    """
    deadline = time.monotonic() + patience
    pause, end = _FIRST_LOOK, None
    while True:
        changed.clear()
        position = await look(context, session)
        left = deadline - time.monotonic()
        if not position.is_working or left <= 0:
            if end is not None:
                context.metrics.waited(WaitEnd.PATIENCE if position.is_working else end)
            return position
        try:
            async with asyncio.timeout(min(pause, left)):
                await changed.wait()
            end = WaitEnd.NOTIFICATION
        except TimeoutError:
            pause, end = min(pause * 2, _SLOWEST_LOOK), WaitEnd.REQUERY
