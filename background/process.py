"""The background process: periodic and deferred work, and the journal's relay."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from background.recurrent import work_off
from background.relay import relay
from background.tasks import RECURRENT
from background.webhooks import Deliverer, enqueue
from background.work import Work
from engine import Engine, EngineSettings
from runtime.health import health_routes, serving
from runtime.settings import Settings
from runtime.shutdown import stop_event
from store.database import open_database
from store.deliveries import Deliveries
from store.erasures import Erasures
from store.idempotency import IdempotentAnswers
from store.outbox import Outbox
from store.sessions import Sessions
from store.webhooks import Webhooks


async def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is being done is finished first."""
    stopping = stop_event()
    url = settings.database_url.get_secret_value()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(url, pool_size=settings.database_pool_size))
        engine = await stack.enter_async_context(Engine(EngineSettings.of(settings)))
        checks = {"database": database.check, "engine": engine.version}
        await stack.enter_async_context(serving(settings.host, settings.background_port, health_routes(checks)))
        work = Work(
            database,
            engine,
            Sessions(database),
            IdempotentAnswers(database),
            Erasures(database),
            idle_limit=timedelta(minutes=settings.idle_minutes),
            answers_kept=timedelta(days=settings.answers_kept_days),
            snapshots_kept=timedelta(hours=settings.snapshots_kept_hours),
            releases_kept=timedelta(days=settings.releases_kept_days),
        )
        runs = await stack.enter_async_context(asyncio.TaskGroup())
        runs.create_task(work_off(work, RECURRENT, stopping))
        webhooks, deliveries = Webhooks(database), Deliveries(database)
        keys, allows_private = settings.deriving_keys(), settings.webhooks_private
        runs.create_task(enqueue(Outbox(database, "webhooks"), webhooks, deliveries, stopping))
        runs.create_task(Deliverer(webhooks, deliveries, keys, allows_private=allows_private).run(stopping))
        if settings.kafka_bootstrap:
            runs.create_task(relay(Outbox(database, "kafka"), settings.kafka_bootstrap, settings.kafka_topic, stopping))
