"""What is seen of a team's queue, for everybody who watches it."""

import asyncio
from collections.abc import AsyncIterator

from pydantic import BaseModel

from player_api.events.sights import Unseen
from player_api.problems import problem_of
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.lease import waiting
from player_api.sessions.models import WaitingSession
from store.errors import StoreError
from store.notifications import queue

_SLOWEST_LOOK = 15.0
"""Seconds."""


class QueueSeen(BaseModel):
    """The sessions that wait for a team and those that wait for anybody."""

    team: str
    handoffs: list[WaitingSession]


async def queue_sights(context: SessionContext, caller: Caller, team: str) -> AsyncIterator[QueueSeen | Unseen]:
    """Yield who waits for a team, again whenever it is somebody else."""
    last: QueueSeen | Unseen | None = None
    with context.listener.changes(queue(caller.tenant, team), queue(caller.tenant, None)) as changed:
        while True:
            changed.clear()
            seen = await _look(context, caller, team)
            if seen != last:
                last = seen
                yield seen
            try:
                async with asyncio.timeout(_SLOWEST_LOOK):
                    await changed.wait()
            except TimeoutError:
                continue


async def _look(context: SessionContext, caller: Caller, team: str) -> QueueSeen | Unseen:
    try:
        return QueueSeen(team=team, handoffs=await waiting(context, caller, team))
    except StoreError as error:
        return Unseen(problem_of(error))
