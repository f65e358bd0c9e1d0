"""Working off what is done from time to time, through procrastinate."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from psycopg_pool import AsyncConnectionPool

from background.recovery import recovering
from background.tasks import Recurrent
from background.work import Work
from engine import EngineError
from runtime import logs
from store.errors import StoreError

_PATIENCE = 3.0
"""Seconds to wait for a connection."""
_LOOK_EVERY = 1.0
"""Seconds; tasks are usually begun at once, on a notification."""
_LAST_CALLS = 10.0
"""Seconds that running tasks get when the process stops."""

_log = logs.get(__name__)


class _WorkerStoppedError(Exception):
    """procrastinate's worker has given up, as it does when the database goes away."""


async def work_off(work: Work, tasks: Sequence[Recurrent], stopping: asyncio.Event) -> None:
    """Run each task whenever it is due, until ``stopping`` is set; what is running is finished first.

    Waits out a database that is away.
    """

    async def once() -> None:
        async with AsyncConnectionPool(
            work.database.url,
            min_size=1,
            max_size=4,
            open=False,
            timeout=_PATIENCE,
            check=AsyncConnectionPool.check_connection,
        ) as pool:
            app = App(connector=PsycopgConnector())
            for task in tasks:
                _add(app, task, work)
            await app.open_async(pool)
            await _work_until_stopped(app, stopping)

    await recovering(once, (ConnectorException, _WorkerStoppedError), stopping)


def _add(app: App, task: Recurrent, work: Work) -> None:
    @app.periodic(cron=task.cron)
    @app.task(name=f"background:{task.name}", queueing_lock=task.name)
    async def run(timestamp: int) -> None:
        try:
            await task.act(work, datetime.fromtimestamp(timestamp, UTC))
        except (EngineError, StoreError) as error:
            _log.warning("left to the next run", task=task.name, cause=type(error).__name__)


async def _work_until_stopped(app: App, stopping: asyncio.Event) -> None:
    working = asyncio.create_task(
        app.run_worker_async(
            install_signal_handlers=False,
            fetch_job_polling_interval=_LOOK_EVERY,
            shutdown_graceful_timeout=_LAST_CALLS,
            delete_jobs="always",
        )
    )
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait([stopped, working], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    # Cancelled, procrastinate's worker fetches nothing more and lets its tasks end.
    working.cancel()
    await asyncio.wait([working])
    if not working.cancelled():
        await working
        raise _WorkerStoppedError
