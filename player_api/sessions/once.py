"""A request that changes something is carried out once under its idempotency key."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

from engine.errors import EngineUnavailable
from player_api.access.principal import Identity
from player_api.sessions.errors import IdempotencyKeyReused, RequestInProgress
from runtime import logs
from store.errors import StoreUnavailable
from store.idempotency import Answered, IdempotentAnswers, InProgress, Mismatch

_PASSING = "working"
"""State of an answer that tells where something stood while functions ran."""
_log = logs.get(__name__)
Answer = TypeVar("Answer", bound=BaseModel)


async def once(
    idempotent: IdempotentAnswers,
    principal: Identity,
    key: str,
    request: "Request[Answer]",
    carry_out: Callable[[UUID], Awaitable[Answer]],
    present: Callable[[UUID], Awaitable[Answer]],
) -> Answer:
    """Carry out a request, or repeat what was answered to it before.

    Args:
        idempotent: where answers are kept.
        principal: who asks; keys of others don't count.
        key: the idempotency key.
        request: what the request is about, so that a key used for something else is noticed.
        carry_out: does it, for the session that the key stands for.
        present: reads the session, for a repetition whose first answer was that functions were running.

    Raises:
        RequestInProgress: the first request under the key is still being carried out.
        IdempotencyKeyReused: the key belongs to a request with another content.
        Exception: whatever ``carry_out`` raises; the key can then be used again.
    """
    claim = await idempotent.begin(principal, key, request.digest, request.session)
    match claim:
        case InProgress():
            raise RequestInProgress("wait for the answer of the first request, or ask again")
        case Mismatch():
            raise IdempotencyKeyReused("use a new key for a new request")
        case Answered(body=body, session=session):
            if body.get("state") == _PASSING:
                return await present(session)
            return request.answer.model_validate(body)
    try:
        answer = await carry_out(claim.session)
    except BaseException as error:
        await _give_back(idempotent, principal, key, request, error)
        raise
    await idempotent.finish(principal, key, status=200, body=answer.model_dump(mode="json"))
    return answer


class Request(Generic[Answer]):
    """What an idempotent request is about.

    Args:
        session: the session that it concerns, or one that it would start.
        parts: everything that makes it this request.
        answer: what it is answered with.
        begins: whether it starts the session: then, after an error, a repetition goes on with the one that was begun.
    """

    def __init__(self, session: UUID, *parts: str, answer: type[Answer], begins: bool = False) -> None:
        self.session = session
        self.answer = answer
        self.begins = begins
        self.digest = hashlib.sha256("\0".join(parts).encode()).digest()


async def _give_back(
    idempotent: IdempotentAnswers, principal: Identity, key: str, request: Request[Answer], error: BaseException
) -> None:
    may_have_happened = isinstance(error, EngineUnavailable) and error.sent
    try:
        if may_have_happened or (request.begins and await idempotent.has_begun(principal, key)):
            await idempotent.hand_over(principal, key)
        else:
            await idempotent.release(principal, key)
    except StoreUnavailable:
        _log.warning("an idempotency key could not be given back; it can be taken over later")
