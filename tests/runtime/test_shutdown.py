"""Processes that are asked to stop once, twice, and in either way."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

WAITS = """
import asyncio
from runtime.shutdown import stop_event

async def work():
    stopping = stop_event()
    print("working", flush=True)
    await stopping.wait()
    print("stopping", flush=True)
    if {stubborn}:
        await asyncio.Event().wait()
    print("stopped", flush=True)

asyncio.run(work())
"""


@asynccontextmanager
async def working(*, stubborn: bool) -> AsyncIterator[asyncio.subprocess.Process]:
    code = WAITS.replace("{stubborn}", str(stubborn))
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    try:
        await said(process, "working")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said(process: asyncio.subprocess.Process, word: str) -> None:
    assert process.stdout is not None
    assert (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip() == word


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_the_process_end_in_order(number: signal.Signals) -> None:
    async with working(stubborn=False) as process:
        process.send_signal(number)
        await said(process, "stopping")
        await said(process, "stopped")
        assert await asyncio.wait_for(process.wait(), 30) == 0


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_of_either_kind_ends_it_at_once(second: signal.Signals) -> None:
    async with working(stubborn=True) as process:
        process.send_signal(signal.SIGTERM)
        await said(process, "stopping")
        process.send_signal(second)
        assert await asyncio.wait_for(process.wait(), 30) == -second
