"""Locks are kept while a call runs, and not longer."""

from datetime import timedelta

from engine import LockLost
from tests.workers.tasks import Tasks, task
from tests.workers.worker import Clock
from workers.locks import Locks

LOCK = timedelta(seconds=30)


async def test_a_lock_is_extended_in_its_second_half() -> None:
    tasks, clock = Tasks(), Clock()
    locks = Locks(tasks, LOCK, clock)
    held = locks.hold(task())
    clock.now = 14
    await locks.extend_due()
    assert tasks.reports == []
    clock.now = 16
    await locks.extend_due()
    assert tasks.reports == [("extend_lock", "t-1", LOCK)]
    assert held.until == 46


async def test_the_lock_of_a_call_that_is_over_is_left_to_its_report() -> None:
    tasks, clock = Tasks(), Clock()
    locks = Locks(tasks, LOCK, clock)
    locks.release(locks.hold(task()))
    clock.now = 29
    await locks.extend_due()
    assert tasks.reports == []


async def test_a_lock_that_is_lost_does_not_stop_the_others() -> None:
    tasks, clock = Tasks(troubles=[LockLost("gone", status=400)]), Clock()
    locks = Locks(tasks, LOCK, clock)
    first, second = locks.hold(task(1)), locks.hold(task(2))
    clock.now = 20
    await locks.extend_due()
    assert tasks.reports == [("extend_lock", "t-2", LOCK)]
    assert (first.until, second.until) == (30, 50)


async def test_a_long_call_keeps_its_lock_by_itself() -> None:
    tasks, clock = Tasks(), Clock()
    locks = Locks(tasks, timedelta(milliseconds=4), clock)
    locks.hold(task())
    clock.now = 0.003
    async with locks.keeping():
        await tasks.until_reported(1)
    assert tasks.reports[0] == ("extend_lock", "t-1", timedelta(milliseconds=4))
