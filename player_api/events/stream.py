"""One client's stream of events."""

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from fastapi.sse import ServerSentEvent
from pydantic import BaseModel

from player_api.events.queues import QueueSeen, queue_sights
from player_api.events.shared import Shared
from player_api.events.sights import SessionSeen, Unseen, sights
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.lease import within_limits
from player_api.sessions.view import seen_by
from store.sessions import StoredSession

_RECONNECT = 2_000
_RECONNECT_AFTER_STOP = (500, 5_000)
"""Milliseconds. After a process stops, its clients come back to others one after the other."""
_LONGEST = (600.0, 1_200.0)
"""Seconds. A stream ends in between and is opened again, so who lost its rights watches no longer than this."""

Sight = SessionSeen | QueueSeen | Unseen
Sources = Mapping[Hashable, Callable[[], AsyncIterator[Sight]]]
"""What can be watched, by a key that is the same for all who watch the same."""


class End(BaseModel):
    """A session that has ended: nothing more will be said of it."""

    session: str


def session_source(context: SessionContext, session: StoredSession, turns: asyncio.Semaphore) -> Sources:
    """Give a session as something to watch, in turns with others."""
    return {session.id: partial(sights, context, session, turns)}


def queue_source(context: SessionContext, caller: Caller, team: str) -> Sources:
    """Give a team's queue as something to watch."""
    everybody = Caller(caller.name, caller.tenant, caller.correlation_id)
    return {(caller.tenant, team): partial(queue_sights, context, everybody, team)}


@dataclass(frozen=True)
class Client:
    """Who reads a stream, and the id of the event that it has received last."""

    caller: Caller
    known: str | None

    @property
    def left(self) -> float | None:
        """Seconds until its key or token ends, None where that is open."""
        ends = self.caller.expires_at
        return None if ends is None else (ends - datetime.now(UTC)).total_seconds()

    @property
    def is_over(self) -> bool:
        """Whether its key or token has ended: it has to come back with another one."""
        return self.left is not None and self.left <= 0


async def stream(
    shared: Shared[Sight], sources: Sources, client: Client, lasts: float | None = None
) -> AsyncIterator[ServerSentEvent]:
    """Yield what a client is sent: everything it watches at once, and again whenever it changes.

    Ends when all that was watched has ended, the client's key or token has, the process stops, or after a while.

    Args:
        shared: where looks are shared with others who watch the same.
        sources: what is watched.
        client: for whom; a session that stands as in the event that it knows is not repeated.
        lasts: seconds after which it ends at the latest; ten to twenty minutes where nothing is given.
    """
    ends = time.monotonic() + (random.uniform(*_LONGEST) if lasts is None else lasts)  # noqa: S311
    yield ServerSentEvent(retry=_RECONNECT)
    with ExitStack() as stack:
        changed = stack.enter_context(shared.stream())
        watches = {key: stack.enter_context(shared.watching(key, source, changed)) for key, source in sources.items()}
        sent = dict.fromkeys(watches, 0)
        while watches and not shared.is_closing and not client.is_over and time.monotonic() < ends:
            changed.clear()
            for key, watch in list(watches.items()):
                if watch.latest is None or watch.latest.number == sent[key]:
                    continue
                is_first, sight = sent[key] == 0, watch.latest.value
                sent[key] = watch.latest.number
                if not (is_first and isinstance(sight, SessionSeen) and sight.version == client.known):
                    yield _event(sight, client)
                if isinstance(sight, SessionSeen) and sight.is_final:
                    del watches[key]
                    yield ServerSentEvent(event="end", data=End(session=str(key)))
            if watches:
                await _change(changed, min(ends - time.monotonic(), client.left or math.inf))
    if shared.is_closing:
        yield ServerSentEvent(retry=random.randint(*_RECONNECT_AFTER_STOP))  # noqa: S311


async def _change(changed: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        return


def _event(sight: Sight, client: Client) -> ServerSentEvent:
    match sight:
        case Unseen(problem):
            return ServerSentEvent(event="problem", data=problem)
        case QueueSeen():
            return ServerSentEvent(event="handoffs", data=_within_limits(sight, client.caller))
        case SessionSeen(session, version):
            return ServerSentEvent(event="session", id=version, data=seen_by(client.caller.name, session))


def _within_limits(seen: QueueSeen, caller: Caller) -> QueueSeen:
    return QueueSeen(team=seen.team, handoffs=within_limits(caller, seen.handoffs))
