"""Sessions are found again: by the caller's own id, after a crash, at another workplace, in another release."""

import base64
import binascii
import json
from datetime import UTC, datetime
from uuid import UUID

from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import CursorInvalid
from player_api.sessions.found import FoundState, SearchRequest, SessionPage, SessionSummary
from player_api.sessions.models import Handoff, Holder, Result
from store.session_search import Hit, Place, Search
from store.sessions import SessionState

ME = "me"
"""Stands for the caller where a holder is asked for."""
_OPEN = frozenset({SessionState.STARTING, SessionState.RUNNING})


async def search(context: SessionContext, caller: Caller, request: SearchRequest) -> SessionPage:
    """Return a page of the sessions that fit, the newest first.

    Raises:
        CursorInvalid: the cursor is not one that an earlier page gave.
        StoreUnavailable: the database can't be reached.
    """
    wanted = Search(
        caller.tenant,
        external_id=request.external_id,
        customer=request.customer,
        script=request.script,
        team=request.team,
        holder=caller.name if request.holder == ME else request.holder,
        states=None if request.state is None else _states(request.state),
        limits=caller.limits,
        before=None if request.cursor is None else _read(request.cursor),
    )
    hits = await context.search.find(wanted, limit=request.limit + 1)
    page = hits[: request.limit]
    return SessionPage(
        items=[_summary(hit, caller) for hit in page], cursor=_cursor(page[-1]) if len(hits) > len(page) else None
    )


def _states(state: FoundState) -> frozenset[SessionState]:
    return _OPEN if state is FoundState.OPEN else frozenset({SessionState(state)})


def _summary(hit: Hit, caller: Caller) -> SessionSummary:
    holder = None
    if hit.holder is not None and hit.held_until is not None and hit.held_until > datetime.now(UTC):
        holder = Holder(name=hit.holder, until=hit.held_until, mine=hit.holder == caller.name)
    return SessionSummary(
        id=hit.id,
        script=hit.script,
        title=hit.title,
        release=hit.release,
        channel=hit.channel,
        team=hit.team,
        customer=hit.customer,
        external_id=hit.external_id,
        state=FoundState.OPEN if hit.state in _OPEN else FoundState(hit.state),
        holder=holder,
        handoff=Handoff(**vars(hit.handoff)) if hit.handoff else None,
        result=Result(**hit.result) if hit.result else None,
        created=hit.created_at,
        touched=hit.touched_at,
        ended=hit.ended_at,
    )


def _cursor(last: Hit) -> str:
    place = json.dumps([last.created_at.isoformat(), str(last.id)])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _read(cursor: str) -> Place:
    try:
        at, session = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return Place(datetime.fromisoformat(at).astimezone(UTC), UUID(session))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error) as error:
        raise CursorInvalid("take the cursor of the page before") from error
