"""Waiting for what other processes do, with an end."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, overload

Seen = TypeVar("Seen")


@overload
async def eventually(look: Callable[[], Coroutine[Any, Any, Seen | None]], *, within: float = 30) -> Seen: ...
@overload
async def eventually(look: Callable[[], Seen | None], *, within: float = 30) -> Seen: ...
async def eventually(look: Callable[[], Any], *, within: float = 30) -> Any:
    """Return what ``look`` returns as soon as it is true.

    Args:
        look: looks once, at once or when awaited.
        within: seconds; an assertion fails when they are over.
    """
    try:
        async with asyncio.timeout(within):
            while True:
                found = look()
                seen = await found if inspect.isawaitable(found) else found
                if seen:
                    return seen
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"{inspect.getsource(look).strip()} was not true within {within} s") from None
