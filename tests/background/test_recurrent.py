"""Recurrent tasks through procrastinate on a real database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from background.recurrent import work_off
from background.tasks import Recurrent
from background.work import Work
from engine import EngineUnavailable
from stack.running import Running
from store.database import Database
from tests.eventually import eventually

EVERY_SECOND = "* * * * * *"


@asynccontextmanager
async def working(work: Work, *tasks: Recurrent) -> AsyncIterator[asyncio.Event]:
    """Work tasks off beside the block, in order to its end."""
    stopping = asyncio.Event()
    running = asyncio.create_task(work_off(work, tasks, stopping))
    try:
        yield stopping
    finally:
        stopping.set()
        await asyncio.wait_for(running, 20)


class Counting:
    """A task that counts its runs by the moment that they were due."""

    def __init__(self) -> None:
        self.runs: Counter[datetime] = Counter()

    async def __call__(self, _work: Work, due: datetime) -> None:
        self.runs[due] += 1

    def after(self, count: int) -> Callable[[], bool]:
        return lambda: len(self.runs) > count


async def test_each_run_is_carried_out_by_one_of_several_processes(work: Work) -> None:
    counting = Counting()
    task = Recurrent("count", EVERY_SECOND, counting)
    async with working(work, task), working(work, task):
        await eventually(counting.after(2))
    assert set(counting.runs.values()) == {1}


async def test_what_cannot_be_done_now_is_left_to_the_next_run(work: Work) -> None:
    counting = Counting()

    async def fails_once(given: Work, due: datetime) -> None:
        await counting(given, due)
        if len(counting.runs) == 1:
            raise EngineUnavailable("the engine cannot be reached", sent=False)

    async with working(work, Recurrent("fails_once", EVERY_SECOND, fails_once)):
        await eventually(counting.after(1))


async def test_nothing_is_left_of_what_was_done(work: Work) -> None:
    counting, workers = Counting(), "SELECT id FROM procrastinate_workers"
    before = await work.database.fetch_all(workers)
    async with working(work, Recurrent("leaves_nothing", EVERY_SECOND, counting)):
        await eventually(counting.after(1))
    left = "SELECT id FROM procrastinate_jobs WHERE task_name = 'background:leaves_nothing' AND status <> 'todo'"
    assert await work.database.fetch_all(left) == []
    assert [row for row in await work.database.fetch_all(workers) if row not in before] == []


async def test_a_running_task_ends_before_the_process_does(work: Work) -> None:
    began, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_work: Work, _due: datetime) -> None:
        began.set()
        await may_end.wait()
        ended.set()

    async with working(work, Recurrent("slow", EVERY_SECOND, slow)) as stopping:
        await asyncio.wait_for(began.wait(), 20)
        stopping.set()
        may_end.set()
    assert ended.is_set()


@pytest.fixture
def shut(stack: Running, database_url: str) -> Callable[[bool], None]:
    """Closes the database to everyone, or opens it again."""
    name = sql.Identifier(str(conninfo_to_dict(database_url)["dbname"]))

    def change(is_shut: bool) -> None:
        with psycopg.connect(stack.database_url("postgres"), autocommit=True) as server:
            server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(name, sql.Literal(not is_shut)))
            ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            server.execute(ours, [name.as_string().strip('"')])

    return change


async def test_a_database_that_goes_away_is_waited_for(work: Work, shut: Callable[[bool], None]) -> None:
    counting = Counting()
    async with working(work, Recurrent("outlives", EVERY_SECOND, counting)):
        await eventually(counting.after(0))
        shut(True)
        try:
            await eventually(lambda: _is_shut(work.database))
        finally:
            shut(False)
        seen = len(counting.runs)
        await eventually(counting.after(seen))


async def test_with_no_database_it_stops_all_the_same(work: Work, shut: Callable[[bool], None]) -> None:
    counting = Counting()
    shut(True)
    try:
        async with working(work, Recurrent("never", EVERY_SECOND, counting)):
            assert await _is_shut(work.database)
    finally:
        shut(False)
    assert not counting.runs


async def _is_shut(database: Database) -> bool:
    try:
        await database.check()
    except Exception:  # noqa: BLE001
        return True
    return False
