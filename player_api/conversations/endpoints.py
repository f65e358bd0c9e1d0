"""The conversations of the public contract."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response

from player_api import problems
from player_api.conversations.context import ConversationContext
from player_api.conversations.converse import look, take_turn
from player_api.conversations.models import ConversationRequest, Turn, TurnRequest, TurnState
from player_api.problems import Problem
from player_api.sessions import once
from player_api.sessions.context import Caller
from player_api.sessions.endpoints import IdempotencyKey, Responses, Wait, Walking
from player_api.sessions.start import start

router = APIRouter(
    tags=["conversations"],
    responses=problems.answers(401, 403, 404, 422, 503),
)
_CONFLICTS: Responses = {
    409: {"model": Problem, "description": "Another turn is on: it comes as `turn`"},
    410: {"model": Problem, "description": "The session has ended"},
}
_WORKING: Responses = {202: {"model": Turn, "description": "Functions run; wait with `GET …?wait=`"}}


def _context(request: Request) -> ConversationContext:
    context: ConversationContext = request.app.state.conversations
    return context


Context = Annotated[ConversationContext, Depends(_context)]


def _status(response: Response, turn: Turn) -> Turn:
    if turn.state is TurnState.WORKING:
        response.status_code = 202
    return turn


async def _shown(context: ConversationContext, caller: Caller, session_id: UUID, wait: float) -> Turn:
    return (await look(context, caller, session_id, wait)).shown()


@router.post("/conversations", status_code=201)
async def start_conversation(
    body: ConversationRequest,
    context: Context,
    caller: Walking,
    wait: Wait = 5,
    idempotency_key: IdempotencyKey = None,
) -> Turn:
    """Start a session that is spoken about, and answer with the first turn."""

    async def begin(known: UUID) -> Turn:
        session = await start(context.sessions, caller, body, 0, known)
        return await _shown(context, caller, session.id, wait)

    if idempotency_key is None:
        return await begin(uuid4())
    return await once.once(
        context.sessions.idempotent,
        caller.identity,
        idempotency_key,
        once.Request(uuid4(), "converse", body.model_dump_json(), answer=Turn, begins=True),
        begin,
        lambda known: _shown(context, caller, known, 0),
    )


@router.get("/conversations/{conversation_id}", responses=_WORKING)
async def read_turn(
    conversation_id: UUID, response: Response, context: Context, caller: Walking, wait: Wait = 0
) -> Turn:
    """Read the present turn again; with `wait`, as soon as functions have done their work.

    Any session can be spoken about: its first turn is made where it has none.
    """
    return _status(response, await _shown(context, caller, conversation_id, wait))


@router.post("/conversations/{conversation_id}/turns", responses={**_CONFLICTS, **_WORKING})
async def take(
    conversation_id: UUID,
    body: TurnRequest,
    response: Response,
    context: Context,
    caller: Walking,
    wait: Wait = 5,
    idempotency_key: IdempotencyKey = None,
) -> Turn:
    """Take what the customer has said and answer with the next turn.

    Sent again with the same `Idempotency-Key`, it is taken once.
    """
    if idempotency_key is None:
        return _status(response, await take_turn(context, caller, conversation_id, body, None, wait))
    turn = await once.once(
        context.sessions.idempotent,
        caller.identity,
        idempotency_key,
        once.Request(conversation_id, "turn", str(conversation_id), body.model_dump_json(), answer=Turn),
        lambda known: take_turn(context, caller, known, body, idempotency_key, wait),
        lambda known: _shown(context, caller, known, 0),
    )
    return _status(response, turn)
