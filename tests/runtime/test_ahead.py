import asyncio

import pytest

from runtime.ahead import begun


async def double(number: int, gate: asyncio.Event) -> int:
    await gate.wait()
    if not number:
        raise LookupError("nothing to double")
    return 2 * number


async def test_work_goes_on_beside_the_block() -> None:
    gate = asyncio.Event()
    async with begun(double(2, gate)) as work:
        gate.set()
        assert await work == 4


async def test_what_is_under_way_at_the_end_is_cut_off() -> None:
    async with begun(double(2, asyncio.Event())) as work:
        assert not work.done()
    assert work.cancelled()


async def test_an_error_belongs_to_who_awaits_it() -> None:
    gate = asyncio.Event()
    gate.set()
    async with begun(double(0, gate)) as work:
        with pytest.raises(LookupError, match="nothing to double"):
            await work
    async with begun(double(0, gate)):
        await asyncio.sleep(0)


async def test_an_error_of_the_block_is_its_own() -> None:
    with pytest.raises(ValueError, match="block"):
        async with begun(double(0, asyncio.Event())):
            raise ValueError("block")
