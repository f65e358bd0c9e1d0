"""What a function sends to systems and gets from them, noted where somebody tries it."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from pydantic import JsonValue

Parts = dict[str, JsonValue]
"""What was sent or came back, by the parts that a protocol has."""


@dataclass(frozen=True, slots=True)
class Noted:
    """One exchange with a system as it was, secrets and all; see functions.execution.Exchange for the fields."""

    request: Parts
    response: Parts | None
    error: str | None
    duration_ms: float


_noted: ContextVar[list[Noted] | None] = ContextVar("noted", default=None)


@contextmanager
def tracing() -> Iterator[list[Noted]]:
    """Note every exchange that the block and what it starts have with systems; not to be shown as it is."""
    exchanges: list[Noted] = []
    token = _noted.set(exchanges)
    try:
        yield exchanges
    finally:
        _noted.reset(token)


@contextmanager
def exchange(request: Callable[[], Parts]) -> Iterator[Callable[[Callable[[], Parts]], None]]:
    """Note one exchange with a system, where that is wanted; otherwise nothing is computed.

    Args:
        request: gives what is sent, by its parts.

    Yields:
        Takes a function that gives what came back; where it is never called, the error of the block is noted.
    """
    exchanges = _noted.get()
    if exchanges is None:
        yield _ignore
        return
    started = time.perf_counter()
    came: list[Parts] = []
    error: str | None = None
    try:
        yield lambda response: came.append(response())
    except BaseException as raised:
        error = str(raised) or "cut off"
        raise
    finally:
        took = round((time.perf_counter() - started) * 1000, 3)
        response = came[0] if came else None
        exchanges.append(Noted(request(), response, error, took))


def _ignore(_response: Callable[[], Parts]) -> None:
    """Nobody looks."""


def shown_body(body: bytes) -> JsonValue:
    """A body as it is shown: as JSON where it is, else as text."""
    text = body.decode("utf-8", "replace")
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value
