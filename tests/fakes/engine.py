"""A fake Camunda 7 that speaks the REST API as far as ``engine`` uses it, and never interprets BPMN.

It is an ASGI application: ``Engine(settings, transport=httpx.ASGITransport(fake))`` needs no socket. The contract tests
hold it to the real engine.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum, auto

import httpx
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Message, Receive, Scope, Send

from tests.fakes import refusals
from tests.fakes.external_task_routes import ExternalTaskRoutes
from tests.fakes.instances import Instances
from tests.fakes.process_routes import ProcessRoutes
from tests.fakes.refusals import Refusal
from tests.fakes.scenario import Scenario
from tests.fakes.task_routes import TaskRoutes
from tests.fakes.user_routes import UserRoutes

PATH = "/engine-rest"
URL = f"http://fake{PATH}"
"""Base URL for an ``httpx.ASGITransport``."""


class Fault(Enum):
    """What can be made to go wrong."""

    UNAVAILABLE = auto()
    """503, nothing is done."""
    RACED = auto()
    """Optimistic locking, nothing is done."""
    ANSWER_LOST = auto()
    """The request is carried out, then the connection breaks."""
    NO_ANSWER = auto()
    """The request is carried out, then nothing comes."""


class FakeEngine:
    """The application.

    Args:
        clock: gives the time that locks and dates go by.
        users: passwords by user for basic authentication; without any, everybody may do everything.
    """

    def __init__(
        self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), users: Mapping[str, str] | None = None
    ) -> None:
        self.instances = Instances(clock)
        self._changed = asyncio.Condition()
        self._users = UserRoutes(dict(users or {}))
        self._faults: list[tuple[Fault, str]] = []
        routes = [
            Route("/version", _version),
            *ProcessRoutes(self.instances).routes(),
            *TaskRoutes(self.instances).routes(),
            *ExternalTaskRoutes(self.instances, self._changed).routes(),
            *self._users.routes(),
        ]
        self._app = Starlette(
            routes=[Mount(PATH, routes=routes)],
            exception_handlers={Refusal: _refused, 404: _unknown},
        )

    def define(self, scenario: Scenario, *, tenant_id: str | None = None) -> str:
        """Have a definition of the scenario's process, as if it were deployed; returns its id."""
        self.play(scenario)
        return self.instances.define(scenario.key, "defined", "defined.bpmn", tenant_id).id

    def play(self, *scenarios: Scenario) -> None:
        """Let the scenarios' processes, deployed before or after, run like this from now on."""
        self.instances.scenarios |= {scenario.key: scenario for scenario in scenarios}

    def break_next(self, fault: Fault, path: str = "", *, times: int = 1) -> None:
        """Let the next requests whose path ends with ``path`` go wrong."""
        self._faults += [(fault, path)] * times

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._users.required and self._users.signed_in(Headers(scope=scope)) is None:
            await Response(status_code=401, headers={"WWW-Authenticate": "Basic"})(scope, receive, send)
            return
        match self._fault(scope["path"]):
            case None:
                await self._app(scope, receive, send)
            case Fault.UNAVAILABLE:
                await Response("<html>Service Unavailable</html>", 503)(scope, receive, send)
            case Fault.RACED:
                await JSONResponse(refusals.raced().json(), 500)(scope, receive, send)
            case Fault.ANSWER_LOST:
                await self._app(scope, receive, _nowhere)
                await send({"type": "http.response.start", "status": 204, "headers": [(b"content-length", b"9")]})
                raise httpx.ReadError("the fake engine drops the answer")
            case Fault.NO_ANSWER:
                await self._app(scope, receive, _nowhere)
                await _client_gone(receive)
        await self._wake_polls()

    async def _wake_polls(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _fault(self, path: str) -> Fault | None:
        for index, (fault, ending) in enumerate(self._faults):
            if path.endswith(ending):
                del self._faults[index]
                return fault
        return None


async def _version(_request: Request) -> Response:
    return JSONResponse({"version": "7.24.0"})


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return JSONResponse(error.json(), error.status)


async def _unknown(_request: Request, _error: Exception) -> Response:
    return JSONResponse(refusals.unknown_path().json(), 404)


async def _nowhere(_message: Message) -> None:
    """Take a part of an answer that the client shall not see."""


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
