"""Bringing a stack up and keeping it: what happens between the command line and the supervisor."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from stack import credentials, jars, kafka, leftovers, ports, postgres, running, startup_cache, web
from stack.engines import Engine, HistoryLevel
from stack.engines.products import PRODUCTS, EngineName, Product
from stack.folder import ROOT, DataFolder, rotate
from stack.parts import Restarts
from stack.plan import Plan
from stack.screen import Screen
from stack.scripts import started_alone
from stack.supervisor import Change, Supervisor

NEEDED_BYTES = 300_000_000
"""Free space without which a start isn't tried."""


@dataclass(frozen=True)
class Wish:
    """What a person asked for.

    Attributes:
        folder: where the data is.
        fresh: without the data of earlier runs.
        with_kafka: Kafka too.
        free_ports: any free port for each part that isn't in ``chosen_ports``.
        chosen_ports: by part.
        engine: which one; None: that of the data, Camunda where there is none yet.
        history: how much the engine remembers.
        until_input_ends: stop when standard input ends too, as when the program at its other end is gone.
    """

    folder: DataFolder
    fresh: bool
    with_kafka: bool
    free_ports: bool
    chosen_ports: ports.Ports
    engine: EngineName | None
    history: HistoryLevel
    until_input_ends: bool


def chosen_engine(wish: Wish) -> Product:
    """The engine that a stack gets: the one asked for, else that of its data, else Camunda."""
    has_data = not wish.fresh and wish.folder.postgres.exists()
    earlier = running.read(wish.folder).engine if has_data else EngineName.CAMUNDA
    return PRODUCTS[wish.engine or earlier]


def fetch_jars(screen: Screen, product: Product, *, with_kafka: bool) -> tuple[Sequence[Path], Sequence[Path]]:
    """The Java libraries of an engine and, if wished for, of Kafka; those that are missing are downloaded.

    Raises:
        StackError: they can't be.
    """

    def fetch(lock: str) -> Sequence[Path]:
        with screen.downloading("Java libraries") as progress:
            return jars.fetch(jars.read_lock(jars.LOCKS / f"{lock}.lock"), jars.cache(), progress)

    return fetch(product.name), fetch("kafka") if with_kafka else []


def plan(wish: Wish, screen: Screen) -> Plan:
    """Make everything ready that must be there before a process starts. The folder must be held.

    Raises:
        StackError: something is in the way.
    """
    folder = wish.folder
    leftovers.stop(folder, screen.say)
    if wish.fresh:
        folder.clear()
    product = chosen_engine(wish)
    folder.logs.mkdir(exist_ok=True)
    folder.require_space(NEEDED_BYTES)
    for log in folder.logs.glob("*.log"):
        rotate(log)
    usual = {**ports.DEFAULTS, **(ports.KAFKA_DEFAULTS if wish.with_kafka else {})}
    chosen = ports.choose(usual, wish.chosen_ports, random.SystemRandom() if wish.free_ports else None)
    ports.require_free(chosen)
    engine_jars, kafka_jars = fetch_jars(screen, product, with_kafka=wish.with_kafka)
    built = web.workspace().build(screen)
    is_new = not folder.postgres.exists() and not folder.credentials.exists()
    made = credentials.create(folder.credentials) if is_new else credentials.load(folder.credentials)
    postgres.open_the_way(folder, screen.say)
    # A stack that lives for one run of the tests is not worth the seconds that recording takes.
    startup = startup_cache.find(jars.cache().parent, product.name, engine_jars, record=not wish.until_input_ends)
    return Plan(
        folder=folder,
        ports=chosen,
        credentials=made,
        engine=Engine(product, engine_jars, startup, wish.history),
        kafka_jars=kafka_jars,
        web=built,
        scripts=started_alone(ROOT / "bpmn"),
    )


async def keep(plan: Plan, screen: Screen, *, until_input_ends: bool, when_ready: Callable[[], None]) -> None:
    """Run a stack until a signal asks for its end; a second signal ends its processes at once.

    Args:
        plan: what it is made of.
        screen: told of every change.
        until_input_ends: the end of standard input asks for its end too.
        when_ready: called once, when everything is ready.

    Raises:
        StackError: a part failed.
        OSError: something can't be written.
    """
    state = running.StackState.planned([], plan.ports, plan.engine.product.name)
    was_ready = asyncio.Event()
    startup = plan.engine.startup

    def said(change: Change) -> None:
        nonlocal state
        state = state.after(change)
        screen.change(change)
        state.write(plan.folder)

    def ready() -> None:
        was_ready.set()
        if startup.is_recorded:
            title = plan.engine.product.title
            screen.say(f"Its first stop takes some seconds longer: {title} then notes down how to start quicker.")
        when_ready()

    async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
        parts = plan.parts(client)
        state = running.StackState.planned(parts, plan.ports, plan.engine.product.name)
        supervisor = Supervisor(parts, plan.folder, Restarts(), said)
        stop = _stop_event(supervisor.kill, until_input_ends=until_input_ends)
        try:
            await _unless(stop, _make_data(plan))
            await supervisor.run(stop, ready)
        finally:
            screen.quiet()
    if was_ready.is_set():
        startup.keep()


async def _make_data(plan: Plan) -> None:
    await postgres.initialise(plan.folder, plan.credentials.databases.postgres)
    if plan.kafka_jars:
        await kafka.prepare(plan.folder, plan.kafka_jars, plan.ports["kafka"], plan.ports["kafka-controller"])


def _stop_event(again: Callable[[], None], *, until_input_ends: bool) -> asyncio.Event:
    """An event that a signal sets, or the end of standard input; further signals call ``again``."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            again()
        stop.set()

    def input_there() -> None:
        if not os.read(sys.stdin.fileno(), 1024):
            loop.remove_reader(sys.stdin)
            stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, asked)
    if until_input_ends:
        loop.add_reader(sys.stdin, input_there)
    return stop


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Do ``work`` to its end or until ``stop`` is set."""
    doing = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait([doing, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not doing.done():
        doing.cancel()
    with suppress(asyncio.CancelledError):
        await doing
