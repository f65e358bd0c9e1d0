"""One client's stream of events."""

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from functools import partial

from fastapi.sse import ServerSentEvent
from pydantic import BaseModel

from player_api.events.shared import Shared
from player_api.events.sights import SessionSeen, Unseen, sights
from player_api.sessions.context import SessionContext
from store.sessions import StoredSession

_RECONNECT = 2_000
_RECONNECT_AFTER_STOP = (500, 5_000)
"""Milliseconds. After a process stops, its clients come back to others one after the other."""

Sight = SessionSeen | Unseen


class End(BaseModel):
    """A session that has ended: nothing more will be said of it."""

    session: str


async def stream(
    context: SessionContext,
    shared: Shared[Sight],
    sessions: Mapping[str, StoredSession],
    known: str | None,
) -> AsyncIterator[ServerSentEvent]:
    """Yield what a client is sent: each session at once and whenever it changes.

    Ends when all sessions have ended, or the process stops.

    Args:
        context: the parts to look with.
        shared: where looks are shared with others who watch the same.
        sessions: what is watched, by id.
        known: the id of the event that the client received last; a session that stands as it did then is not repeated.
    """
    yield ServerSentEvent(retry=_RECONNECT)
    with ExitStack() as stack:
        changed = stack.enter_context(shared.stream())
        watches = {
            key: stack.enter_context(shared.watching(session.id, partial(sights, context, session), changed))
            for key, session in sessions.items()
        }
        sent = dict.fromkeys(watches, 0)
        while watches and not shared.is_closing:
            changed.clear()
            for key, watch in list(watches.items()):
                if watch.latest is None or watch.latest.number == sent[key]:
                    continue
                is_first, sight = sent[key] == 0, watch.latest.value
                sent[key] = watch.latest.number
                if not (is_first and isinstance(sight, SessionSeen) and sight.version == known):
                    yield _event(sight)
                if isinstance(sight, SessionSeen) and sight.is_final:
                    del watches[key]
                    yield ServerSentEvent(event="end", data=End(session=key))
            if watches:
                await changed.wait()
    if shared.is_closing:
        yield ServerSentEvent(retry=random.randint(*_RECONNECT_AFTER_STOP))  # noqa: S311


def _event(sight: Sight) -> ServerSentEvent:
    if isinstance(sight, Unseen):
        return ServerSentEvent(event="problem", data=sight.problem)
    return ServerSentEvent(event="session", id=sight.version, data=sight.session)
