"""How far a publication has come, told while it goes on."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Coroutine
from enum import StrEnum

from fastapi.encoders import jsonable_encoder
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field

from player_api.problems import UNFORESEEN, Problem, described, problem_of
from runtime import logs

_PING_AFTER = 15.0
"""Seconds of silence after which a connection is shown to be alive."""
_PING = b": ping\n\n"
_log = logs.get(__name__)


class Stage(StrEnum):
    """What is being done, in this order."""

    CHECK = "check"
    TEST = "test"
    DEPLOY = "deploy"
    SWITCH = "switch"


class Progress(BaseModel):
    """Something that has begun."""

    stage: Stage
    done: int | None = Field(default=None, description="Of a stage in parts: how many are done")
    of: int | None = Field(default=None, description="How many there are")


Tell = Callable[[Progress], None]


def untold(_progress: Progress) -> None:
    """Tell nobody."""


async def followed(publication: Callable[[Tell], Coroutine[None, None, BaseModel]]) -> AsyncGenerator[bytes]:
    """Carry out a publication and tell of it as Server-Sent Events.

    They are `progress` at each step, and at the end `published` or `problem`. Who stops listening stops the
    publication, which can be repeated from any point.
    """
    told: asyncio.Queue[Progress | None] = asyncio.Queue()
    work = asyncio.create_task(publication(told.put_nowait))
    work.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while True:
            try:
                progress = await asyncio.wait_for(told.get(), _PING_AFTER)
            except TimeoutError:
                yield _PING
                continue
            if progress is None:
                break
            yield _event("progress", progress)
        error = work.exception()
        yield _event("published", work.result()) if error is None else _event("problem", _problem(error))
    finally:
        work.cancel()


def _problem(error: BaseException) -> Problem:
    # The answer has begun: whatever it is can only be told as its last event.
    if isinstance(error, Exception):
        try:
            return problem_of(error)
        except KeyError:
            pass
    _log.error("publication failed", exc_info=error)
    return described(UNFORESEEN)


def _event(kind: str, data: BaseModel) -> bytes:
    shown = json.dumps(jsonable_encoder(data, exclude_none=True), ensure_ascii=False)
    return format_sse_event(event=kind, data_str=shown)
