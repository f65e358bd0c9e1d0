"""Messages of the public contract."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from player_api import problems
from player_api.messages.models import MessageRequest
from player_api.messages.receive import Mailbox
from player_api.sessions.endpoints import IdempotencyKey, Wait, Walking
from player_api.sessions.errors import IdempotencyKeyMissing
from player_api.sessions.models import Session, ShownState
from player_api.sessions.view import version_of

router = APIRouter(
    tags=["messages"],
    responses=problems.answers(400, 401, 403, 404, 409, 410, 422, 503),
)


def _mailbox(request: Request) -> Mailbox:
    mailbox: Mailbox = request.app.state.mailbox
    return mailbox


@router.post("/messages", responses={202: {"model": Session, "description": "Functions run; wait with `GET …?wait=`"}})
async def receive_message(
    body: MessageRequest,
    response: Response,
    mailbox: Annotated[Mailbox, Depends(_mailbox)],
    caller: Walking,
    wait: Wait = 5,
    idempotency_key: IdempotencyKey = None,
) -> Session:
    """Tell of something that has happened outside: to the session that waits for it, or a script that starts with it.

    Sent again with the same `Idempotency-Key`, it is delivered once.
    """
    if idempotency_key is None:
        raise IdempotencyKeyMissing("send a new one with each message, such as its id at the sender")
    session = await mailbox.receive(caller, body, idempotency_key, wait)
    if session.state is ShownState.WORKING:
        response.status_code = 202
    response.headers["ETag"] = version_of(session)
    return session
