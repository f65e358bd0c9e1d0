import asyncio
import errno
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import psutil
import pytest

from stack.failures import DiskFull, PartFailed
from stack.folder import DataFolder
from stack.parts import Part, Restarts, State
from stack.supervisor import Change, Supervisor
from tests.stack.ground import IGNORES_TERM, WAITS, Told, small_part

QUICK = Restarts(first=0.01, longest=0.02)


@asynccontextmanager
async def running(parts: Sequence[Part], folder: DataFolder, told: Told) -> AsyncIterator[Supervisor]:
    """Run ``parts`` until they are all ready, and stop them at the end of the block."""
    stop, ready = asyncio.Event(), asyncio.Event()
    supervisor = Supervisor(parts, folder, QUICK, told)
    task = asyncio.create_task(supervisor.run(stop, ready.set))
    async with asyncio.timeout(60):
        await asyncio.wait([task, asyncio.create_task(ready.wait())], return_when=asyncio.FIRST_COMPLETED)
        try:
            if not task.done():
                yield supervisor
        finally:
            stop.set()
            await task


async def run_to_failure(parts: Sequence[Part], folder: DataFolder, told: Told) -> str:
    """Run ``parts``, which must fail, and return the sentence that says so."""
    async with asyncio.timeout(60):
        with pytest.raises(PartFailed) as failure:
            await Supervisor(parts, folder, QUICK, told).run(asyncio.Event(), lambda: None)
    return str(failure.value)


async def test_starts_in_order_of_needs_and_stops_in_reverse(folder: DataFolder, told: Told) -> None:
    parts = [
        small_part(folder.path, "database"),
        small_part(folder.path, "engine", needs=["database"]),
        small_part(folder.path, "facade", needs=["database"], uses=["engine"]),
    ]
    async with running(parts, folder, told):
        assert [told.of(part.name) for part in parts] == [[State.STARTING, State.READY]] * 3
        assert told.order(State.STARTING)[0] == "database"
        assert told.changes[1] == Change(parts[0], State.READY, told.changes[0].pid)
    assert told.order(State.STOPPED) == ["facade", "engine", "database"]
    assert not [change for change in told.changes if change.pid and psutil.pid_exists(change.pid)]


async def test_parts_without_needs_start_together(folder: DataFolder, told: Told) -> None:
    # Each is ready only when the other has started: one after the other they would never be.
    codes = {"one": WAITS.replace("{there}", f"{folder.path}/two.there")}
    codes["two"] = WAITS.replace("{there}", f"{folder.path}/one.there")
    async with running([small_part(folder.path, name, code) for name, code in codes.items()], folder, told):
        assert sorted(told.order(State.READY)) == ["one", "two"]


async def test_part_that_runs_once_is_awaited(folder: DataFolder, told: Told) -> None:
    migrate = small_part(folder.path, "migrate", f"open('{folder.path}/migrated', 'w')", ready=None)
    reads = f"open('{folder.path}/migrated'); {WAITS}"
    async with running([migrate, small_part(folder.path, "facade", reads, needs=["migrate"])], folder, told):
        assert told.of("migrate") == [State.STARTING, State.STOPPED]
        assert told.of("facade") == [State.STARTING, State.READY]


async def test_part_that_runs_once_and_fails_ends_everything(folder: DataFolder, told: Told) -> None:
    migrate = small_part(folder.path, "migrate", "raise SystemExit('no such table')", ready=None)
    said = await run_to_failure([small_part(folder.path, "database"), migrate], folder, told)
    assert said == f"migrate ended with exit code 1. The end of {folder.log('migrate')}:\n  | no such table"
    assert told.of("migrate") == [State.STARTING]
    assert told.of("database")[-1] is State.STOPPED


async def test_part_that_died_is_restarted_and_said(folder: DataFolder, told: Told) -> None:
    async with running([small_part(folder.path, "workers")], folder, told):
        first = await told.until("workers", State.READY)
        os.kill(first.pid or 0, signal.SIGKILL)
        death = await told.until("workers", State.RESTARTING)
        assert death.note == "ended by SIGKILL, is started again in 0.01 s"
        again = await told.until("workers", State.READY, times=2)
        assert again.pid != first.pid
    assert told.of("workers")[-1] is State.STOPPED


async def test_part_that_keeps_dying_ends_everything(folder: DataFolder, told: Told) -> None:
    parts = [small_part(folder.path, "database"), small_part(folder.path, "workers", "raise SystemExit('no password')")]
    said = await run_to_failure(parts, folder, told)
    assert said.startswith("workers ended with exit code 1 5 times within a minute. The end of ")
    assert said.count("no password") == 5
    assert told.of("workers").count(State.RESTARTING) == 4
    assert told.of("database")[-1] is State.STOPPED


async def test_part_that_is_never_ready_ends_everything(folder: DataFolder, told: Told) -> None:
    slow = small_part(
        folder.path, "engine", "import signal; print('thinking', flush=True); signal.pause()", ready_within=1
    )
    said = await run_to_failure([slow], folder, told)
    assert said.startswith("engine was not ready within 1 seconds.")
    assert said.endswith("| thinking")


async def test_part_that_does_not_stop_is_killed(folder: DataFolder, told: Told) -> None:
    async with running([small_part(folder.path, "engine", IGNORES_TERM, grace=0.1)], folder, told):
        pass
    assert told.of("engine") == [State.STARTING, State.READY, State.STOPPED]


async def test_second_signal_ends_at_once(folder: DataFolder, told: Told) -> None:
    async with running([small_part(folder.path, "engine", IGNORES_TERM, grace=1000)], folder, told) as supervisor:
        asyncio.get_running_loop().call_later(0.1, supervisor.kill)
    assert told.of("engine")[-1] is State.STOPPED


async def test_stops_while_starting(folder: DataFolder, told: Told) -> None:
    stop = asyncio.Event()
    slow = small_part(folder.path, "engine", "import signal; signal.pause()")
    task = asyncio.create_task(Supervisor([slow], folder, QUICK, told).run(stop, lambda: pytest.fail("not ready")))
    await told.until("engine", State.STARTING)
    stop.set()
    await task
    assert told.of("engine") == [State.STARTING, State.STOPPED]


async def test_full_disk_ends_everything_and_is_what_is_said(folder: DataFolder) -> None:
    pids = []

    def full(change: Change) -> None:
        pids.append(change.pid)
        raise OSError(errno.ENOSPC, "No space left on device")

    parts = [small_part(folder.path, name) for name in ("database", "engine")]
    with pytest.raises(OSError, match="No space left on device"):
        await Supervisor(parts, folder, QUICK, full).run(asyncio.Event(), lambda: None)
    assert not [pid for pid in pids if pid and psutil.pid_exists(pid)]


async def test_part_that_finds_the_disk_full(folder: DataFolder, told: Told) -> None:
    code = "raise SystemExit('FATAL:  could not write lock file: No space left on device')"
    migrate = small_part(folder.path, "migrate", code, ready=None)
    with pytest.raises(DiskFull, match=f"^The disk is full: there is no room left at {folder.logs}.$"):
        await Supervisor([migrate], folder, QUICK, told).run(asyncio.Event(), lambda: None)


async def test_missing_program(folder: DataFolder, told: Told) -> None:
    part = Part(name="engine", command=("/nowhere/java",), env={}, cwd=folder.path)
    with pytest.raises(FileNotFoundError):
        await Supervisor([part], folder, QUICK, told).run(asyncio.Event(), lambda: None)


async def test_logs_hold_what_a_part_said(folder: DataFolder, told: Told) -> None:
    part = small_part(folder.path, "migrate", "import sys; print('out'); print('err', file=sys.stderr)", ready=None)
    async with running([part], folder, told):
        assert sorted(folder.log("migrate").read_text().split()) == ["err", "out"]
