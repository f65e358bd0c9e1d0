"""How billing says no: statuses in one table, one form of document."""

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from demo.billing.documents import ErrorDetail, ErrorDocument
from demo.billing.errors import AccountNotFound, BillingError, KeyReused, PromiseNotFound, PromiseRefused
from demo.logs import get

_STATUS: dict[type[BillingError], int] = {
    AccountNotFound: 404,
    PromiseNotFound: 404,
    PromiseRefused: 409,
    KeyReused: 422,
}


def _answer(status: int, code: str, message: str, fields: list[str] | None = None) -> JSONResponse:
    document = ErrorDocument(error=ErrorDetail(code=code, message=message, fields=fields or []))
    return JSONResponse(document.model_dump(), status)


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BillingError)  # noqa: S101 - registered for this type
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    return _answer(status, error.code, type(error).__doc__ or error.code)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type
    fields = [".".join(str(part) for part in each["loc"]) for each in error.errors()]
    return _answer(422, "INVALID_REQUEST", "The request is not as the API describes it.", fields)


async def _not_ours(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type
    return _answer(error.status_code, "NO_SUCH_ENDPOINT", error.detail)


async def _database_down(_request: Request, error: Exception) -> JSONResponse:
    get(__name__).warning("database_unavailable", reason=type(error).__name__)
    return _answer(503, "UNAVAILABLE", "Billing's database is not available.")


def add_refusals(app: FastAPI) -> None:
    """Make every error of this application an ``ErrorDocument``."""
    app.add_exception_handler(BillingError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _not_ours)
    app.add_exception_handler(psycopg.OperationalError, _database_down)
    app.add_exception_handler(psycopg.errors.UndefinedTable, _database_down)
