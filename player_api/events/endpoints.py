"""The streams of the public contract."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from player_api.events.shared import Shared
from player_api.events.stream import Sight, stream
from player_api.problems import Problem
from player_api.sessions.endpoints import Context, Walking
from player_api.sessions.errors import SessionNotFound
from store.sessions import StoredSession

router = APIRouter(
    tags=["events"],
    responses={
        code: {"model": Problem, "content": {"application/problem+json": {}}} for code in (401, 403, 404, 422, 503)
    },
)


def _shared(request: Request) -> Shared[Sight]:
    shared: Shared[Sight] = request.app.state.watched
    return shared


Watched = Annotated[Shared[Sight], Depends(_shared)]
LastEventId = Annotated[
    str | None, Header(max_length=200, description="The id of the event that was received last, when coming back")
]
SessionIds = Annotated[list[UUID], Query(alias="session", min_length=1, max_length=50)]


async def _one(session_id: UUID, context: Context, caller: Walking) -> Mapping[str, StoredSession]:
    session = await context.sessions.find(session_id, caller.tenant)
    if session is None:
        raise SessionNotFound(f"no session {session_id}")
    return {str(session_id): session}


async def _several(sessions: SessionIds, context: Context, caller: Walking) -> Mapping[str, StoredSession]:
    found: dict[str, StoredSession] = {}
    for session_id in sessions:
        found |= await _one(session_id, context, caller)
    return found


@router.get("/sessions/{session_id}/events", response_class=EventSourceResponse)
async def session_events(
    sessions: Annotated[Mapping[str, StoredSession], Depends(_one)],
    context: Context,
    watched: Watched,
    last_event_id: LastEventId = None,
) -> AsyncIterator[ServerSentEvent]:
    """Watch a session: a `session` event at once and at each change, an `end` event when it is over."""
    async for event in stream(context, watched, sessions, last_event_id):
        yield event


@router.get("/events", response_class=EventSourceResponse)
async def events(
    sessions: Annotated[Mapping[str, StoredSession], Depends(_several)],
    context: Context,
    watched: Watched,
    last_event_id: LastEventId = None,
) -> AsyncIterator[ServerSentEvent]:
    """Watch several sessions in one stream."""
    async for event in stream(context, watched, sessions, last_event_id):
        yield event
