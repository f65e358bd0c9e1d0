"""Callbacks of the public contract: an external system gives an answer that it was asked for earlier."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request

from player_api import problems
from player_api.callbacks.errors import CallbackUnknown
from player_api.functions.models import DeclaredName
from store.awaited_answers import AwaitedAnswers

router = APIRouter(
    tags=["callbacks"],
    responses=problems.answers(404, 422, 503),
)


def _answers(request: Request) -> AwaitedAnswers:
    answers: AwaitedAnswers = request.app.state.awaited_answers
    return answers


@router.post("/callbacks/{system}/{token}", status_code=204)
async def receive_answer(
    system: DeclaredName,
    token: Annotated[str, Path(min_length=20, max_length=200, description="The secret in the callback address")],
    body: Annotated[Any, Body(description="The answer: any JSON")],
    answers: Annotated[AwaitedAnswers, Depends(_answers)],
) -> None:
    """Take an answer; 204 means that it is kept. The first one counts, a repetition changes nothing.

    The address is known to the system that was asked, and to nobody else, so it needs no other key.
    """
    if not await answers.receive(system, token, body):
        raise CallbackUnknown("nobody waits for an answer at this address, or no longer")
