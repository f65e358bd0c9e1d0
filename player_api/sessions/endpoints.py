"""The sessions of the public contract."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request, Response

from player_api import problems
from player_api.access.principal import Principal, Role, allow
from player_api.back.models import BackRequest
from player_api.back.request import go_back
from player_api.problems import Problem
from player_api.sessions import once
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import IdempotencyKeyMissing
from player_api.sessions.found import SearchRequest, SessionPage
from player_api.sessions.inputs import save_input, with_inputs
from player_api.sessions.interventions import cancel, retry
from player_api.sessions.lease import claim, hand_off, waiting
from player_api.sessions.limits import require_within_limits
from player_api.sessions.manual import go_manual
from player_api.sessions.models import (
    CancelRequest,
    ClaimRequest,
    HandoffRequest,
    HistoryEvent,
    Input,
    InputRequest,
    Key,
    Notes,
    NotesRequest,
    Option,
    Script,
    Session,
    ShownState,
    StartRequest,
    SubmitRequest,
    WaitingSession,
)
from player_api.sessions.notes import save_notes, with_notes
from player_api.sessions.options import search_options
from player_api.sessions.read import history, read
from player_api.sessions.search import search
from player_api.sessions.start import start
from player_api.sessions.submit import submit
from player_api.sessions.view import version_of

Responses = dict[int | str, dict[str, Any]]
router = APIRouter(
    tags=["sessions"],
    responses=problems.answers(401, 403, 404, 422, 503),
)
_CONFLICTS: Responses = {
    409: {"model": Problem, "description": "The session is at another step"},
    410: {"model": Problem, "description": "The session has ended"},
}
_WORKING: Responses = {202: {"model": Session, "description": "Functions run; wait with `GET …?wait=`"}}

Walker = Annotated[Principal, Depends(allow(Role.OPERATOR, Role.BOT))]
Wait = Annotated[float, Query(ge=0, le=60, description="Seconds to wait at most")]
IdempotencyKey = Annotated[
    str | None, Header(max_length=200, pattern=r"^[!-~]+$", description="Chosen by the caller, one for each request")
]


def _context(request: Request) -> SessionContext:
    context: SessionContext = request.app.state.sessions
    return context


Context = Annotated[SessionContext, Depends(_context)]


async def _caller(request: Request, context: Context, principal: Walker) -> Caller:
    caller = Caller(
        principal.name, principal.tenant, request.scope["correlation_id"], principal.limits, principal.expires_at
    )
    await require_within_limits(context, caller, _named(request))
    return caller


def _named(request: Request) -> list[str]:
    """The sessions that a request is about, wherever it names them."""
    named = [request.path_params[name] for name in ("session_id", "conversation_id") if name in request.path_params]
    return named + request.query_params.getlist("session")


Walking = Annotated[Caller, Depends(_caller)]


def _tagged(response: Response, session: Session) -> Session:
    response.headers["ETag"] = version_of(session)
    return session


def _status(response: Response, session: Session) -> Session:
    if session.state is ShownState.WORKING:
        response.status_code = 202
    return _tagged(response, session)


@router.get("/scripts")
async def list_scripts(context: Context, caller: Walking) -> list[Script]:
    """List the scripts that this caller may start."""
    scripts = await context.releases.startable(caller.tenant)
    only = caller.limits.scripts
    return [Script(**vars(script)) for script in scripts if only is None or script.key in only]


@router.post("/sessions", status_code=201)
async def start_session(
    body: StartRequest,
    response: Response,
    context: Context,
    caller: Walking,
    wait: Wait = 5,
    idempotency_key: IdempotencyKey = None,
) -> Session:
    """Start a session on the release that the rollout names, and answer with its first step."""
    if idempotency_key is None:
        return _tagged(response, await start(context, caller, body, wait))
    request = once.Request(uuid4(), "start", body.model_dump_json(), answer=Session, begins=True)
    session = await once.once(
        context.idempotent,
        caller.identity,
        idempotency_key,
        request,
        lambda known: start(context, caller, body, wait, known),
        lambda known: read(context, caller, known, 0),
    )
    return _tagged(response, session)


@router.get("/sessions")
async def find_sessions(wanted: Annotated[SearchRequest, Query()], context: Context, caller: Walking) -> SessionPage:
    """Find sessions again, the newest first, such as one's own open ones: `?holder=me&state=open`."""
    return await search(context, caller, wanted)


@router.get(
    "/sessions/{session_id}", responses={304: {"description": "Nothing has changed since the version in If-None-Match"}}
)
async def read_session(
    session_id: UUID,
    response: Response,
    context: Context,
    caller: Walking,
    wait: Wait = 0,
    if_none_match: Annotated[str | None, Header(description="The ETag of what is known")] = None,
) -> Session:
    """Read a session.

    With `wait`, the answer comes when functions have done their work, or, with `If-None-Match`, when there is anything
    new to show, at the latest after that many seconds.
    """
    session = await read(context, caller, session_id, wait, if_none_match)
    tag = version_of(session)
    if tag == if_none_match:
        raise HTTPException(304, headers={"ETag": tag})
    return _tagged(response, await with_notes(context, await with_inputs(context, session)))


@router.put("/sessions/{session_id}/input", responses=_CONFLICTS)
async def save_session_input(session_id: UUID, body: InputRequest, context: Context, caller: Walking) -> Input:
    """Keep what was typed at a step and not submitted; reading the session gives it back."""
    return await save_input(context, caller, session_id, body)


@router.put("/sessions/{session_id}/notes", responses=_CONFLICTS)
async def save_session_notes(session_id: UUID, body: NotesRequest, context: Context, caller: Walking) -> Notes:
    """Keep what an operator has noted; reading the session gives it back, also to whoever goes on with it."""
    return await save_notes(context, caller, session_id, body)


@router.get("/sessions/{session_id}/options/{field}", responses=_CONFLICTS)
async def search_field_options(
    session_id: UUID,
    field: Annotated[str, Path(max_length=200)],
    context: Context,
    caller: Walking,
    q: Annotated[str, Query(max_length=200, description="What was typed")] = "",
    step: Annotated[str | None, Query(max_length=64, description="Id of the step; the current one without it")] = None,
) -> list[Option]:
    """Search for the choices of a field whose form names a function for that."""
    return await search_options(context, caller, session_id, field, q, step)


@router.post("/sessions/{session_id}/submit", responses={**_CONFLICTS, **_WORKING})
async def submit_step(
    session_id: UUID,
    body: SubmitRequest,
    response: Response,
    context: Context,
    caller: Walking,
    wait: Wait = 5,
    idempotency_key: IdempotencyKey = None,
) -> Session:
    """Answer a step and get the next one. Sent again with the same `Idempotency-Key`, it is carried out once."""
    if idempotency_key is None:
        raise IdempotencyKeyMissing("send a new one with each answer, and the same one when sending an answer again")
    request = once.Request(session_id, "submit", str(session_id), body.model_dump_json(), answer=Session)
    session = await once.once(
        context.idempotent,
        caller.identity,
        idempotency_key,
        request,
        lambda known: submit(context, caller, known, body, idempotency_key, wait),
        lambda known: read(context, caller, known, 0),
    )
    return _status(response, session)


@router.post("/sessions/{session_id}/back", responses={**_CONFLICTS, **_WORKING})
async def go_back_to_step(
    session_id: UUID,
    body: BackRequest,
    response: Response,
    context: Context,
    caller: Walking,
    wait: Wait = 5,
    idempotency_key: IdempotencyKey = None,
) -> Session:
    """Go back to a step that was answered, or be told why that is not possible.

    What was answered after it is proposed again where its step comes again. Where work on several parallel branches
    would be given up, the answer is the problem `back-needs-confirmation` with `branches`, unless `confirm` is true.
    """
    if idempotency_key is None:
        return _status(response, await go_back(context, caller, session_id, body, None, wait))
    request = once.Request(session_id, "back", str(session_id), body.model_dump_json(), answer=Session)
    session = await once.once(
        context.idempotent,
        caller.identity,
        idempotency_key,
        request,
        lambda known: go_back(context, caller, known, body, idempotency_key, wait),
        lambda known: read(context, caller, known, 0),
    )
    return _status(response, session)


@router.post("/sessions/{session_id}/retry", responses={**_CONFLICTS, **_WORKING})
async def retry_session(
    session_id: UUID, response: Response, context: Context, caller: Walking, wait: Wait = 5
) -> Session:
    """Let the functions that have failed for good run once more."""
    return _status(response, await retry(context, caller, session_id, wait))


@router.post("/sessions/{session_id}/manual", responses={**_CONFLICTS, **_WORKING})
async def answer_by_hand(
    session_id: UUID, response: Response, context: Context, caller: Walking, wait: Wait = 5
) -> Session:
    """Let the functions that run give way, so that a person can enter their answers."""
    return _status(response, await go_manual(context, caller, session_id, wait))


@router.post("/sessions/{session_id}/handoff", responses=_CONFLICTS)
async def hand_off_session(
    session_id: UUID, body: HandoffRequest, response: Response, context: Context, caller: Walking
) -> Session:
    """Put a session into the queue of a team, where it waits to be claimed."""
    return _tagged(response, await hand_off(context, caller, session_id, body))


@router.post("/sessions/{session_id}/claim", responses=_CONFLICTS)
async def claim_session(
    session_id: UUID, body: ClaimRequest, response: Response, context: Context, caller: Walking
) -> Session:
    """Take a session out of a queue, from nobody, or, with a reason, from who works on it."""
    return _tagged(response, await claim(context, caller, session_id, body))


@router.get("/handoffs")
async def list_handoffs(context: Context, caller: Walking, team: Key | None = None) -> list[WaitingSession]:
    """List the sessions that wait for a team and those that wait for anybody, the longest first."""
    return await waiting(context, caller, team)


@router.post("/sessions/{session_id}/cancel", responses=_CONFLICTS)
async def cancel_session(
    session_id: UUID, body: CancelRequest, response: Response, context: Context, caller: Walking
) -> Session:
    """End a session before its time."""
    return _tagged(response, await cancel(context, caller, session_id, body.reason))


@router.get("/sessions/{session_id}/history")
async def session_history(session_id: UUID, context: Context, caller: Walking) -> list[HistoryEvent]:
    """Say what happened in a session: answers, functions and its end, oldest first."""
    return await history(context, caller, session_id)
