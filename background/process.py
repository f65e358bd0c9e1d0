"""The background process: periodic and deferred work, and the journal's relay."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

from procrastinate import App, PsycopgConnector

from background.relay import relay
from background.tasks import tasks
from background.work import Work
from engine import Engine, EngineSettings
from runtime.health import health_routes, serving
from runtime.settings import Settings
from runtime.shutdown import stop_event
from store.database import open_database
from store.idempotency import IdempotentAnswers
from store.outbox import Outbox
from store.sessions import Sessions


async def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is being done is finished first."""
    stopping = stop_event()
    url = settings.database_url.get_secret_value()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(url, pool_size=settings.database_pool_size))
        engine = await stack.enter_async_context(Engine(EngineSettings.of(settings)))
        checks = {"database": database.check, "engine": engine.version}
        await stack.enter_async_context(serving(settings.host, settings.background_port, health_routes(checks)))
        work = Work(database, engine, Sessions(database), IdempotentAnswers(database))
        app = App(connector=PsycopgConnector(conninfo=url))
        app.add_tasks_from(tasks, namespace="background")
        await stack.enter_async_context(app.open_async())
        await _until_stopped(stopping, _runs(settings, app, work, stopping))


def _runs(settings: Settings, app: App, work: Work, stopping: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
    runs = [app.run_worker_async(install_signal_handlers=False, additional_context={"work": work})]
    if settings.kafka_bootstrap:
        outbox = Outbox(work.database, "kafka")
        runs.append(relay(outbox, settings.kafka_bootstrap, settings.kafka_topic, stopping))
    return runs


async def _until_stopped(stopping: asyncio.Event, runs: list[Coroutine[Any, Any, None]]) -> None:
    running = [asyncio.create_task(run) for run in runs]
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait([stopped, *running], return_when=asyncio.FIRST_COMPLETED)
    stopping.set()
    running[0].cancel()
    for outcome in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome
