"""The five systems as one ASGI application: each is mounted below its name, with its own API, faults and record."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import httpx
import psycopg
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse

from demo.backoffice.settings import Settings
from demo.calls import CallLog
from demo.control import control_routes
from demo.customers.desk import Desk
from demo.customers.endpoints import customer_routes
from demo.faults import Behaviour, Faults, Misbehaviour
from demo.inventory import seeding as inventory
from demo.inventory.behaviour import behave, inventory_control
from demo.knowledge.endpoints import knowledge_routes
from demo.latency import Latency
from demo.logs import get
from demo.measurements.endpoints import Duration, duration_control, measurement_routes
from demo.measurements.orders import Orders
from demo.postgres import Database
from demo.television.endpoints import add_television_refusals, television_routes
from demo.television.headend import Headend

_MOSCOW = timezone(timedelta(hours=3))
_PAUSE = 1.0
"""Seconds between attempts to prepare the database."""
_PATIENCE = 10.0
"""Seconds that whoever ordered a measurement has to take its result."""
_ABOUT = {
    "customers": "The CRM's back end, asked over SOAP; its WSDL is at `service.wsdl`. Faults have codes.",
    "inventory": (
        "Lines and outages, asked in SQL: `inventory.find_line(account)`, `inventory.find_outage(account)`. "
        "Here is only what makes it slow or fail. It keeps no record of calls."
    ),
    "measurements": "Measures lines: an order is taken at once, its result is sent to `notify`. Errors are numbers.",
    "knowledge": "Dictionaries: some three thousand streets, a hundred models of devices.",
    "television": "Set-top boxes: read and restarted; packages of channels. A refusal has a `reason`.",
}


def now() -> datetime:
    """The time, in the operator's zone."""
    return datetime.now(_MOSCOW)


@dataclass(frozen=True)
class _Parts:
    """What the systems share."""

    settings: Settings
    database: Database
    desk: Desk
    orders: Orders
    headend: Headend
    now: Callable[[], datetime]

    async def prepare(self) -> None:
        """Make everything that is missing."""
        await self.desk.prepare()
        await inventory.prepare(self.database, self.now(), self.settings.inventory_reader)
        await behave(self.database, Faults(latency_ms=self.settings.inventory_latency))
        await self.orders.prepare(self.now())
        await self.headend.prepare()


def create_app(
    settings: Settings, now: Callable[[], datetime] = now, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """Put the systems together; they connect when they start, and keep trying while there is no database.

    Args:
        settings: where the database is and how slow each system shall seem.
        now: tells the time, with its zone.
        transport: what results of measurements travel over; the network where nothing is given.
    """
    database = Database(settings.database_url.get_secret_value())
    client = httpx.AsyncClient(transport=transport, timeout=_PATIENCE, trust_env=False)
    parts = _Parts(settings, database, Desk(database), Orders(database, client), Headend(database), now)
    prepared = asyncio.Event()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await database.open()
        preparing = asyncio.create_task(_prepare(parts, prepared))
        async with client:
            yield
            preparing.cancel()
            with suppress(asyncio.CancelledError):
                await preparing
            await parts.orders.stop()
        await database.close()

    app = FastAPI(title="Demo back office", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    for name, system in _systems(parts).items():
        app.mount(f"/{name}", system)
    _add_health(app, database, prepared)
    return app


def _systems(parts: _Parts) -> dict[str, FastAPI]:
    settings, duration = parts.settings, Duration(parts.settings.measurements_duration)

    async def reset_inventory() -> None:
        await inventory.reset(parts.database, parts.now())

    measuring = _system(
        "measurements", measurement_routes(parts.orders, duration, parts.now), settings.measurements_latency, parts
    )
    measuring.include_router(duration_control(duration))
    _add_reset(measuring, parts.orders.forget)
    customers = _system(
        "customers", customer_routes(parts.desk, lambda: parts.now().date()), settings.customers_latency, parts
    )
    _add_reset(customers, parts.desk.forget)
    lines = FastAPI(title="Demo inventory", version="1", description=_ABOUT["inventory"])
    lines.include_router(inventory_control(parts.database, Faults(latency_ms=settings.inventory_latency)))
    _add_reset(lines, reset_inventory)
    knowledge = _system("knowledge", knowledge_routes(), settings.knowledge_latency, parts)
    television = _system("television", television_routes(parts.headend), settings.television_latency, parts)
    add_television_refusals(television)
    _add_reset(television, parts.headend.forget)
    return {
        "customers": customers,
        "inventory": lines,
        "measurements": measuring,
        "knowledge": knowledge,
        "television": television,
    }


def _system(name: str, routes: APIRouter, latency: Latency, parts: _Parts) -> FastAPI:
    behaviour = Behaviour(Faults(latency_ms=latency), random.Random(), parts.now)  # noqa: S311 - no secrets
    calls = CallLog(since=parts.now())
    app = FastAPI(title=f"Demo {name}", version="1", description=_ABOUT[name])
    app.include_router(routes)
    app.include_router(control_routes(behaviour, calls))
    # SOAP has one path for everything.
    named_by = "SOAPAction" if name == "customers" else None
    app.add_middleware(Misbehaviour, routes=routes.routes, behaviour=behaviour, calls=calls, named_by=named_by)
    app.add_exception_handler(psycopg.Error, _database_down)
    return app


async def _database_down(_request: object, error: Exception) -> JSONResponse:
    get(__name__).warning("database_unavailable", reason=type(error).__name__)
    return JSONResponse({"err": 1}, 503)


def _add_reset(app: FastAPI, forget: Callable[[], Awaitable[None]]) -> None:
    @app.post("/_demo/reset", status_code=204, tags=["demonstration"])
    async def reset_all() -> None:
        """Put all data back to how it was at first."""
        await forget()


async def _prepare(parts: _Parts, prepared: asyncio.Event) -> None:
    while True:
        try:
            await parts.prepare()
        except psycopg.Error as error:
            get(__name__).warning("not_prepared", reason=str(error).partition("\n")[0])
            await asyncio.sleep(_PAUSE)
        else:
            prepared.set()
            get(__name__).info("prepared")
            return


def _add_health(app: FastAPI, database: Database, prepared: asyncio.Event) -> None:
    @app.get("/health/live", tags=["health"])
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"state": "live"}

    @app.get("/health/ready", tags=["health"], responses={503: {"description": "Not yet, or the database is down"}})
    async def ready() -> JSONResponse:
        """The database answers and holds the data of all systems."""
        try:
            async with database.transaction() as connection:
                await connection.execute("SELECT 1")
        except psycopg.Error as error:
            return JSONResponse({"state": "not ready", "checks": {"database": type(error).__name__}}, 503)
        is_ready = prepared.is_set()
        said = {"database": "ok" if is_ready else "not prepared"}
        return JSONResponse({"state": "ready" if is_ready else "not ready", "checks": said}, 200 if is_ready else 503)
