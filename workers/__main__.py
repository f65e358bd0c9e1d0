"""The worker process: ``python -m workers``. Starts before the engine does and stops in order on SIGTERM."""

import asyncio
import os
import random
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import uvloop

from engine import Engine, EngineSettings
from feel import Evaluator
from functions.catalogue import Catalogue
from functions.composition import Shared
from functions.reading import Source
from functions.replacements import Replaced, Replacements
from functions.runner import Runner
from functions.sources import sources_in_force
from functions.surroundings import Surroundings
from functions.systems import process_environment
from functions.trial import Trials
from runtime import logs, shutdown
from runtime.health import Check, health_routes, serving
from runtime.process import begin
from runtime.settings import Settings
from store import Database, open_database
from store.awaited_answers import CHANNEL, AwaitedAnswers
from store.declarations import Declarations as StoredDeclarations
from store.effects import Effects
from store.function_answers import FunctionAnswers
from store.journal import Journal
from store.listening import listening
from store.notifications import Notifications
from store.pin_replacements import PinReplacements
from store.presence import present
from workers.arrivals import Arrivals
from workers.declarations import Declarations
from workers.endings import Endings
from workers.execution import Execution
from workers.internal import Desk
from workers.locks import Locks
from workers.loop import Pace, Share, Worker
from workers.metrics import Metrics
from workers.orders import Orders
from workers.outbound import Outbound
from workers.ports import FunctionCalled
from workers.prefetching import Prefetching
from workers.reports import Reporter
from workers.serving import Serving
from workers.stored import StoredJournal, StoredNotifications

_TELEMETRY_REST = 0.5
_NOTIFICATIONS_REST = 0.005
_LOOK_FOR_CHANGES = 2.0
"""Seconds."""
_log = logs.get("workers")


async def main(settings: Settings) -> None:
    """Run one worker process until it is told to stop.

    Raises:
        OSError: the folder of declarations can't be read, or the port of the health endpoints is taken.
    """
    stop = shutdown.stop_event()
    async with AsyncExitStack() as stack:
        evaluator = stack.enter_context(Evaluator())
        engine = await stack.enter_async_context(Engine(EngineSettings.of(settings)))
        database = await stack.enter_async_context(
            open_database(settings.database_url.get_secret_value(), pool_size=settings.database_pool_size)
        )
        replacements = Replacements(partial(_replaced, PinReplacements(database)))
        read = partial(_read, Path(settings.functions_path), StoredDeclarations(database), replacements)
        declarations = Declarations(read, evaluator, _runner_maker(evaluator, database, replacements))
        await stack.enter_async_context(declarations.watching(_LOOK_FOR_CHANGES))
        await stack.enter_async_context(present(settings.database_url.get_secret_value(), declarations.share))
        metrics = Metrics()
        called = Outbound("telemetry", StoredJournal(Journal(database)).functions_called, rest=_TELEMETRY_REST)
        endings = _endings(engine, database, metrics, called)
        come, awaited = asyncio.Event(), AwaitedAnswers(database)
        orders = Orders(awaited, f"{settings.public_url}/api/v1/callbacks", come.set)
        arrivals = Arrivals(awaited, lambda: declarations.functions, endings, orders, come)
        worker = _worker(settings, engine, declarations, endings, orders)
        trials = Trials(process_environment(), evaluator, Surroundings())
        prefetching = Prefetching(lambda: declarations.functions, endings)
        execution = Execution(lambda: declarations.functions, endings)
        desk = Desk(settings.internal_token, declarations, trials, called, prefetching, execution)
        metrics.watch("tasks_running", "External tasks that are being served", lambda: worker.busy)
        routes = [*health_routes(_checks(engine, declarations)), metrics.route(), *desk.routes()]
        await stack.enter_async_context(serving(settings.host, settings.workers_port, routes))
        _log.info("started", port=settings.workers_port)
        async with (
            endings.sending(),
            listening(database.url, CHANNEL, lambda _payload: come.set(), come.set),
            arrivals.taking(),
            prefetching.running(),
        ):
            await worker.work(stop)
    _log.info("stopped")


async def _read(folder: Path, stored: StoredDeclarations, replacements: Replacements) -> list[Source]:
    """Read what is declared, and what stands in for what was pinned."""
    await replacements.reload()
    return await sources_in_force(folder, stored)


async def _replaced(stored: PinReplacements) -> Replaced:
    return {(one.function, one.digest): one.pin for one in await stored.all()}


def _runner_maker(
    evaluator: Evaluator, database: Database, replacements: Replacements
) -> Callable[[Catalogue], Runner]:
    environment, surroundings = process_environment(), Surroundings()
    shared = Shared(FunctionAnswers(database), Effects(database))
    return lambda catalogue: Runner(catalogue, environment, evaluator, surroundings, shared, replacements)


def _endings(engine: Engine, database: Database, metrics: Metrics, called: Outbound[FunctionCalled]) -> Endings:
    notifications = StoredNotifications(Notifications(database))
    changed = Outbound("notifications", notifications.sessions_changed, rest=_NOTIFICATIONS_REST)
    return Endings(engine.external_tasks, Reporter(time.monotonic), metrics, changed, called)


def _worker(settings: Settings, engine: Engine, declarations: Declarations, endings: Endings, orders: Orders) -> Worker:
    pace = Pace(concurrency=settings.workers_concurrency)
    tasks = engine.external_tasks
    serving_one = Serving(tasks, Locks(tasks, pace.lock, time.monotonic), endings, orders)
    worker_id = f"{socket.gethostname()}-{os.getpid()}-{os.urandom(4).hex()}"
    patterns = tuple(pattern.strip() for pattern in settings.workers_functions.split(","))
    share = Share(patterns, settings.workers_release)
    chance = random.Random()  # noqa: S311 - jitter
    return Worker(worker_id, lambda: declarations.functions, serving_one, pace, chance, share)


def _checks(engine: Engine, declarations: Declarations) -> Mapping[str, Check]:
    async def engine_answers() -> None:
        await engine.version()

    return {"declarations": declarations.check, "engine": engine_answers}


if __name__ == "__main__":
    uvloop.run(main(begin("workers")))
