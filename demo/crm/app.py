"""The demo CRM as an ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from string import Template

import httpx
import psycopg
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from demo.crm.cases import Cases, CaseUnknown
from demo.crm.customers import customers
from demo.crm.embedding import Embedding, EmbeddingFailed
from demo.crm.endpoints import case_routes, customer_routes
from demo.crm.protection import Protection
from demo.crm.settings import Settings
from demo.logs import get
from demo.postgres import Database

_PAGES = Path(__file__).with_name("pages")
_PAUSE = 1.0
"""Seconds between attempts to prepare the database."""
_PATIENCE = 10.0
"""Seconds that Script Manager has to answer."""
_ABOUT = """
The CRM of a made-up telecom operator. It is a foreign page to Script Manager: it has its own look, its own hotkeys
and a strict content security policy, and holds the player in its side panel.
"""


def create_app(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> FastAPI:
    """Put the CRM together; it connects when it starts, and keeps trying while there is no database.

    Args:
        settings: where its database and Script Manager are.
        transport: what requests to Script Manager travel over; the network where nothing is given.
    """
    database = Database(settings.database_url.get_secret_value())
    cases = Cases(database)
    key = settings.crm_script_manager_key
    client = httpx.AsyncClient(
        base_url=settings.crm_script_manager_url,
        headers={"Authorization": f"Bearer {key.get_secret_value()}"} if key else {},
        transport=transport,
        timeout=_PATIENCE,
        trust_env=False,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await database.open()
        preparing = asyncio.create_task(_prepare(cases))
        async with client:
            yield
        preparing.cancel()
        with suppress(asyncio.CancelledError):
            await preparing
        await database.close()

    app = FastAPI(title="Demo CRM", version="1", description=_ABOUT, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(customer_routes(known := customers(), cases))
    app.include_router(case_routes(known, cases, Embedding(client, settings.crm_url, has_key=key is not None)))
    _add_page(app, settings)
    _add_reset(app, cases)
    _add_health(app, cases)
    _add_refusals(app)
    app.add_middleware(Protection, origin=settings.crm_url, script_manager=settings.crm_script_manager_public_url)
    return app


async def _prepare(cases: Cases) -> None:
    while True:
        try:
            await cases.prepare()
        except psycopg.Error as error:
            get(__name__).warning("not_prepared", reason=str(error).partition("\n")[0])
            await asyncio.sleep(_PAUSE)
        else:
            get(__name__).info("prepared")
            return


def _add_page(app: FastAPI, settings: Settings) -> None:
    template = Template((_PAGES / "index.html").read_text(encoding="utf-8"))
    text = template.substitute(script_manager=settings.crm_script_manager_public_url)

    @app.get("/", response_class=HTMLResponse, tags=["crm"])
    async def page() -> str:
        """The page that operators work with."""
        return text

    app.mount("/pages", StaticFiles(directory=_PAGES))


def _add_reset(app: FastAPI, cases: Cases) -> None:
    @app.post("/_demo/reset", status_code=204, tags=["demonstration"])
    async def reset_all() -> None:
        """Forget all cases."""
        await cases.delete_all()


def _add_health(app: FastAPI, cases: Cases) -> None:
    @app.get("/health/live", tags=["health"])
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"state": "live"}

    @app.get("/health/ready", tags=["health"], responses={503: {"description": "Not yet, or the database is down"}})
    async def ready() -> JSONResponse:
        """The database answers and holds the table of cases."""
        try:
            await cases.latest(1)
        except psycopg.Error as error:
            return JSONResponse({"state": "not ready", "checks": {"database": type(error).__name__}}, 503)
        return JSONResponse({"state": "ready", "checks": {"database": "ok"}})


def _add_refusals(app: FastAPI) -> None:
    @app.exception_handler(CaseUnknown)
    async def unknown(_request: Request, _error: Exception) -> JSONResponse:
        return JSONResponse({"error": "There is no such case."}, 404)

    @app.exception_handler(EmbeddingFailed)
    async def no_token(_request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 502)

    @app.exception_handler(psycopg.OperationalError)
    async def no_database(_request: Request, _error: Exception) -> JSONResponse:
        return JSONResponse({"error": "The CRM's database can't be reached."}, 503)
