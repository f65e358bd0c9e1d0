"""A system's limit is shared among the workers."""

import asyncio

import pytest

from functions.invocation import Invocation
from functions.outcome import Outputs
from functions.policies.limits import Slots, with_limit
from tests.functions.declared import CONTEXT


async def _most_at_once(slots: Slots, calls: int) -> int:
    running, most = 0, 0

    async def call(_invocation: Invocation) -> Outputs:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(3):
            await asyncio.sleep(0)
        running -= 1
        return {}

    limited = with_limit(call, slots)
    await asyncio.gather(*(limited(Invocation({}, CONTEXT)) for _ in range(calls)))
    return most


@pytest.mark.parametrize(("workers", "most"), [(1, 6), (2, 3), (4, 1), (100, 1), (0, 6)])
async def test_each_worker_keeps_to_its_part(workers: int, most: int) -> None:
    slots = Slots(6)
    slots.share(workers)
    assert slots.count == most
    assert await _most_at_once(slots, 20) == most


async def test_who_waits_gets_on_when_other_workers_leave() -> None:
    slots = Slots(4)
    slots.share(4)
    await slots.acquire(object())
    waiting = asyncio.create_task(slots.acquire(object()))
    await asyncio.sleep(0)
    assert not waiting.done()
    slots.share(1)
    await asyncio.wait_for(waiting, 5)


async def test_a_cancelled_call_gives_its_slot_back() -> None:
    slots = Slots(1)

    async def hang(_invocation: Invocation) -> Outputs:
        await asyncio.Event().wait()
        return {}

    task = asyncio.ensure_future(with_limit(hang, slots)(Invocation({}, CONTEXT)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await _most_at_once(slots, 2) == 1
