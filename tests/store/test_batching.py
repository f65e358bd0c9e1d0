import asyncio
from collections.abc import Sequence

import pytest

from store.batching import Batched


class Doubling:
    """Answers when it is let; remembers its batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        await self.may.wait()
        if self.error is not None:
            raise self.error
        return [2 * item for item in items]


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_asked_at_the_same_moment_goes_together() -> None:
    doubling = Doubling()
    doubling.may.set()
    batched = Batched(doubling)
    assert await asyncio.gather(*(batched(item) for item in range(4))) == [0, 2, 4, 6]
    assert doubling.batches == [[0, 1, 2, 3]]
    assert await batched(5) == 10
    assert doubling.batches == [[0, 1, 2, 3], [5]]


async def test_what_comes_while_a_batch_is_under_way_is_the_next_one() -> None:
    doubling = Doubling()
    batched = Batched(doubling, most=2)
    first = asyncio.create_task(batched(1))
    await settled()
    others = [asyncio.create_task(batched(item)) for item in (2, 3, 4)]
    await settled()
    assert doubling.batches == [[1]]
    doubling.may.set()
    assert await asyncio.gather(first, *others) == [2, 4, 6, 8]
    assert doubling.batches == [[1], [2, 3], [4]]


async def test_a_failure_belongs_to_those_of_its_batch() -> None:
    doubling = Doubling()
    doubling.error = LookupError("away")
    doubling.may.set()
    batched = Batched(doubling)
    both = await asyncio.gather(batched(1), batched(2), return_exceptions=True)
    assert [str(error) for error in both] == ["away"] * 2
    doubling.error = None
    assert await batched(3) == 6


async def test_who_is_cut_off_harms_nobody() -> None:
    doubling = Doubling()
    batched = Batched(doubling)
    cut_off, other = asyncio.create_task(batched(1)), asyncio.create_task(batched(2))
    await settled()
    waiting = asyncio.create_task(batched(3))
    await settled()
    cut_off.cancel()
    waiting.cancel()
    doubling.may.set()
    assert await other == 4
    with pytest.raises(asyncio.CancelledError):
        await cut_off
    await settled()
    assert doubling.batches == [[1, 2]], "nobody waits for the third any more"
