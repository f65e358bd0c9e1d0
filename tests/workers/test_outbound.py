"""What many tasks say travels in few messages, and trouble on the way stops none of them."""

import asyncio
from collections.abc import Sequence

from workers.outbound import Outbound


async def test_items_that_come_while_sending_go_together() -> None:
    batches: list[list[int]] = []
    sending, go = asyncio.Event(), asyncio.Event()

    async def send(items: Sequence[int]) -> None:
        batches.append(list(items))
        sending.set()
        await go.wait()

    outbound = Outbound("numbers", send, rest=0)
    async with outbound.sending():
        outbound.put(1)
        await sending.wait()
        for number in (2, 3, 4):
            outbound.put(number)
        go.set()
    assert batches == [[1], [2, 3, 4]]


async def test_what_is_left_is_sent_at_the_end_without_resting() -> None:
    sent: list[int] = []

    async def send(items: Sequence[int]) -> None:
        sent.extend(items)

    outbound = Outbound("numbers", send, rest=3600)
    async with asyncio.timeout(5), outbound.sending():
        outbound.put(1)
        await asyncio.sleep(0)
        outbound.put(2)
    assert sent == [1, 2]


async def test_the_first_is_sent_at_once_and_the_next_together_after_a_rest() -> None:
    batches: list[list[int]] = []
    sent = asyncio.Event()

    async def send(items: Sequence[int]) -> None:
        batches.append(list(items))
        sent.set()

    outbound = Outbound("numbers", send, rest=3600)
    async with asyncio.timeout(5), outbound.sending():
        outbound.put(1)
        await sent.wait()
        for number in (2, 3):
            outbound.put(number)
            await asyncio.sleep(0)
        assert batches == [[1]]
    assert batches == [[1], [2, 3]]


async def test_what_cannot_be_sent_at_the_end_is_counted_and_dropped() -> None:
    async def send(_items: Sequence[int]) -> None:
        raise ConnectionError

    outbound = Outbound("numbers", send, rest=0)
    async with asyncio.timeout(5), outbound.sending():
        outbound.put(1)
        await asyncio.sleep(0.01)
    assert outbound.dropped == 1


async def test_the_queue_is_bounded() -> None:
    sent: list[int] = []

    async def send(items: Sequence[int]) -> None:
        sent.extend(items)

    outbound = Outbound("numbers", send, rest=0, most=2)
    for number in (1, 2, 3):
        outbound.put(number)
    async with outbound.sending():
        pass
    assert sent == [2, 3]
    assert outbound.dropped == 1
