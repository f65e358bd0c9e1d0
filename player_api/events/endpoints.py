"""The streams of the public contract."""

from collections.abc import AsyncIterator, Callable, Hashable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from player_api import problems
from player_api.events.shared import Shared
from player_api.events.stream import Client, Sight, Sources, queue_source, session_source, stream
from player_api.sessions.endpoints import Context, Walking
from player_api.sessions.errors import NothingToWatch, SessionNotFound
from player_api.sessions.lease import require_team
from player_api.sessions.models import Key

router = APIRouter(
    tags=["events"],
    responses=problems.answers(401, 403, 404, 422, 503),
)


def _shared(request: Request) -> Shared[Sight]:
    shared: Shared[Sight] = request.app.state.watched
    return shared


Watched = Annotated[Shared[Sight], Depends(_shared)]
LastEventId = Annotated[
    str | None, Header(max_length=200, description="The id of the event that was received last, when coming back")
]
SessionIds = Annotated[
    list[UUID], Query(alias="session", max_length=50, default_factory=list, description="Sessions to watch")
]
Teams = Annotated[
    list[Key], Query(alias="team", max_length=20, default_factory=list, description="Teams whose queues to watch")
]


async def _one(session_id: UUID, context: Context, caller: Walking, watched: Watched) -> Sources:
    session = await context.sessions.find(session_id, caller.tenant)
    if session is None:
        raise SessionNotFound(f"no session {session_id}")
    return session_source(context, session, watched.turns)


async def _several(context: Context, caller: Walking, watched: Watched, sessions: SessionIds, teams: Teams) -> Sources:
    sources: dict[Hashable, Callable[[], AsyncIterator[Sight]]] = {}
    for session_id in sessions:
        sources |= await _one(session_id, context, caller, watched)
    for team in teams:
        require_team(caller, team)
        sources |= queue_source(context, caller, team)
    if not sources:
        raise NothingToWatch("name a session or a team")
    return sources


@router.get("/sessions/{session_id}/events", response_class=EventSourceResponse)
async def session_events(
    sources: Annotated[Sources, Depends(_one)], caller: Walking, watched: Watched, last_event_id: LastEventId = None
) -> AsyncIterator[ServerSentEvent]:
    """Watch a session: a `session` event at once and at each change, an `end` event when it is over."""
    async for event in stream(watched, sources, Client(caller, last_event_id)):
        yield event


@router.get("/events", response_class=EventSourceResponse)
async def events(
    sources: Annotated[Sources, Depends(_several)], caller: Walking, watched: Watched, last_event_id: LastEventId = None
) -> AsyncIterator[ServerSentEvent]:
    """Watch several sessions, and the queues of teams, in one stream."""
    async for event in stream(watched, sources, Client(caller, last_event_id)):
        yield event
