"""The internal HTTP interface of a worker (functions.execution): closed to everybody but the facade.

Errors are RFC 9457 problem details with the same types as the facade's.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from functions.errors import DeclarationError, TrialRefused
from functions.execution import (
    EXECUTE_PATH,
    PREFETCH_PATH,
    TRY_PATH,
    ExecuteRequest,
    PrefetchRequest,
    TryRequest,
    TryResult,
)
from functions.sources import as_source
from functions.trial import Trials
from runtime import correlation
from store.declarations import Kind
from workers.declarations import Declarations
from workers.execution import Execution
from workers.outbound import Outbound
from workers.ports import FunctionCalled, Purpose
from workers.prefetching import Prefetching

_LARGEST_BODY = 1_000_000
"""Bytes."""
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Serves the internal requests.

    Attributes:
        token: what the facade shows; without one every endpoint answers 404.
        called: takes the telemetry.
    """

    token: SecretStr | None
    declarations: Declarations
    trials: Trials
    called: Outbound[FunctionCalled]
    prefetching: Prefetching
    execution: Execution

    def routes(self) -> list[Route]:
        """The endpoints."""
        return [
            Route(TRY_PATH, self._guarded(self._try), methods=["POST"]),
            Route(PREFETCH_PATH, self._guarded(self._prefetch), methods=["POST"]),
            Route(EXECUTE_PATH, self._guarded(self._execute), methods=["POST"]),
        ]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if self.token is None:
                return _problem(404, "not-found", "There is nothing here")
            expected = f"Bearer {self.token.get_secret_value()}"
            if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected.encode()):
                return _problem(401, "unauthenticated", "The internal token is required")
            try:
                return await endpoint(request)
            except ValidationError as error:
                said = {".".join(map(str, item["loc"])): [item["msg"]] for item in error.errors(include_input=False)}
                return _problem(422, "request-invalid", "The request is not valid", errors=said)
            except HTTPException as error:
                return _problem(error.status_code, "too-large", error.detail)

        return guarded

    async def _prefetch(self, request: Request) -> Response:
        wanted = PrefetchRequest.model_validate_json(await _body(request))
        for call in wanted.calls:
            self.prefetching.begin(call)
        return Response(status_code=202)

    async def _execute(self, request: Request) -> Response:
        wanted = ExecuteRequest.model_validate_json(await _body(request))
        try:
            result = await self.execution.run(wanted)
        except TrialRefused as error:
            return _problem(409, "trial-refused", "This can't be run", detail=str(error))
        if result is None:
            return _problem(404, "declaration-unknown", "Nothing of this name is declared")
        return _json(result)

    async def _try(self, request: Request) -> Response:
        wanted = TryRequest.model_validate_json(await _body(request))
        correlation_id, started = correlation.accept(request.headers.get(correlation.HEADER)), datetime.now(UTC)
        await self.declarations.reload()
        try:
            catalogue = self.declarations.catalogue
            if wanted.declaration is not None:
                catalogue = self.declarations.changed(as_source(Kind.FUNCTION, wanted.name, wanted.declaration))
            if wanted.name not in catalogue.functions:
                return _problem(404, "declaration-unknown", "Nothing of this name is declared")
            result = await self.trials.run(catalogue, wanted, correlation_id)
        except DeclarationError as error:
            findings = [{"file": item.file, "line": item.line, "sentence": item.sentence} for item in error.mistakes]
            return _problem(422, "declaration-invalid", "The declaration has mistakes", findings=findings)
        except TrialRefused as error:
            return _problem(409, "trial-refused", "This can't be tried", detail=str(error))
        system = catalogue.functions[wanted.name].system
        self.called.put(_tried(wanted, result, system, correlation_id, started))
        return _json(result)


def _tried(
    wanted: TryRequest, result: TryResult, system: str | None, correlation_id: str, started: datetime
) -> FunctionCalled:
    return FunctionCalled(
        session_id=None,
        correlation_id=correlation_id,
        function=wanted.name,
        system=system,
        activity_id="try",
        started=started,
        duration_ms=result.duration_ms,
        attempts=result.attempts,
        source=result.source,
        outcome=result.outcome,
        detail=result.bpmn_error,
        purpose=Purpose.TRY,
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise HTTPException(413, f"A request may have at most {_LARGEST_BODY} bytes")
    return bytes(body)


def _json(model: BaseModel) -> Response:
    return Response(model.model_dump_json(), media_type="application/json")


def _problem(status: int, slug: str, title: str, **extensions: Any) -> Response:
    members: Mapping[str, Any] = {"type": f"urn:script-manager:problem:{slug}", "title": title, "status": status}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse({**members, **extensions}, status, headers, "application/problem+json")
