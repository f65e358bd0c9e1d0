"""Demo billing as an ASGI application."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta, timezone

import psycopg
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from demo.billing.endpoints import billing_routes
from demo.billing.ledger import Ledger
from demo.billing.refusals import add_refusals
from demo.billing.seeding import prepare, reset
from demo.billing.settings import Settings
from demo.calls import CallLog
from demo.control import control_routes
from demo.faults import Behaviour, Faults, Misbehaviour
from demo.logs import get
from demo.postgres import Database

_MOSCOW = timezone(timedelta(hours=3))
_PAUSE = 1.0
"""Seconds between attempts to prepare the database."""
_ABOUT = """
The billing system of a made-up telecom operator, with 1,000 customers. It is a foreign system to Script Manager: it has
its own style of errors, its own refusals, and bad days on demand.

| account | to show |
|---|---|
| 1000000001 | a debt of 125.50 ₽, four years with the operator |
| 1000000002 | no debt |
| 1000000003 | a debt, and an unpaid promised payment |
| 1000000004 | a debt, and the account is blocked |
| 1000000005 | a debt, two months with the operator |
| 1000000006 | a debt above every offer |
| 1000000007 … 1000001000 | everybody else |
| any other | not found |

Any request may ask for `X-Demo-Latency-Ms: 800` and `X-Demo-Fault: 500 | 503 | timeout | garbage | reset | lost`.
`lost` is carried out, but its answer never arrives; the other faults happen before anything is done.
"""


def now() -> datetime:
    """The time, in the operator's zone."""
    return datetime.now(_MOSCOW)


def create_app(settings: Settings, now: Callable[[], datetime] = now) -> FastAPI:
    """Put billing together; it connects when it starts, and keeps trying while there is no database.

    Args:
        settings: where the database is and how slow billing shall seem.
        now: tells the time, with its zone, which makes billing's calendar day.
    """

    def today() -> date:
        return now().date()

    database = Database(settings.database_url.get_secret_value())
    behaviour = Behaviour(Faults(latency_ms=settings.billing_latency), random.Random(), now)  # noqa: S311 - no secrets
    calls = CallLog(since=now())
    routes = billing_routes(Ledger(database, today), today)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await database.open()
        preparing = asyncio.create_task(_prepare(database, today))
        yield
        preparing.cancel()
        with suppress(asyncio.CancelledError):
            await preparing
        await database.close()

    app = FastAPI(title="Demo billing", version="1", description=_ABOUT, lifespan=lifespan)
    app.include_router(routes)
    app.include_router(control_routes(behaviour, calls))
    _add_reset(app, database, today)
    _add_health(app, database)
    add_refusals(app)
    app.add_middleware(Misbehaviour, routes=routes.routes, behaviour=behaviour, calls=calls)
    return app


async def _prepare(database: Database, today: Callable[[], date]) -> None:
    log = get(__name__)
    while True:
        try:
            made = await prepare(database, today())
        except psycopg.Error as error:
            log.warning("not_prepared", reason=str(error).partition("\n")[0])
            await asyncio.sleep(_PAUSE)
        else:
            log.info("prepared", customers_made=made)
            return


def _add_reset(app: FastAPI, database: Database, today: Callable[[], date]) -> None:
    @app.post("/_demo/reset", status_code=204, tags=["demonstration"])
    async def reset_all() -> None:
        """Put all accounts back to how they were at first; promised payments made since are gone."""
        await reset(database, today())


def _add_health(app: FastAPI, database: Database) -> None:
    @app.get("/health/live", tags=["health"])
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"state": "live"}

    @app.get("/health/ready", tags=["health"], responses={503: {"description": "Not yet, or the database is down"}})
    async def ready() -> JSONResponse:
        """The database answers and holds the customers."""
        try:
            async with database.transaction() as connection:
                found = await (await connection.execute("SELECT 1 FROM billing.customers LIMIT 1")).fetchone()
        except psycopg.Error as error:
            return JSONResponse({"state": "not ready", "checks": {"database": type(error).__name__}}, 503)
        said = {"database": "ok" if found else "no customers yet"}
        return JSONResponse({"state": "ready" if found else "not ready", "checks": said}, 200 if found else 503)
