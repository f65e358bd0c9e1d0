"""Bad days of a demo system: slowness, errors, silence and broken connections, by setting or by request."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.calls import Call, CallLog
from demo.latency import FixedLatency, Latency
from demo.serving import abort

LATENCY_HEADER = "X-Demo-Latency-Ms"
FAULT_HEADER = "X-Demo-Fault"


class Fault(StrEnum):
    """What goes wrong with one request; only ``lost`` is carried out before."""

    ERROR = "500"
    UNAVAILABLE = "503"
    TIMEOUT = "timeout"
    """Never answered; the connection stays open until the client gives up."""
    GARBAGE = "garbage"
    """Status 200 and half of a JSON document."""
    RESET = "reset"
    """The connection is reset (RFC 9293, 3.10.7.4) before anything is done."""
    LOST = "lost"
    """Carried out, then the connection is reset: the client can't know."""


class Faults(BaseModel):
    """How the system behaves from now on; replaces all earlier settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    latency_ms: Latency = Field(default=FixedLatency(fixed=0), description="Time before a request is worked on.")
    error_rate: float = Field(default=0, ge=0, le=1, description="Share of requests that are answered with `status`.")
    status: int = Field(default=503, ge=500, le=599, description="Status of those answers.")
    down: bool = Field(default=False, description="Every connection is reset before anything is done.")
    hang: bool = Field(default=False, description="Nothing is ever answered.")
    garbage: bool = Field(default=False, description="Every answer is half of a JSON document.")
    lose_answers: bool = Field(default=False, description="Everything is carried out, no answer arrives.")


@dataclass(slots=True)
class Behaviour:
    """The present setting, which may change while the system runs, and what it needs from outside.

    Attributes:
        chance: decides which requests fail and how long each takes.
        now: tells the time, with its zone.
        pause: waits for a number of seconds.
    """

    faults: Faults
    chance: random.Random
    now: Callable[[], datetime]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    def fault(self, headers: Headers) -> Fault | int | None:
        """What goes wrong with this request: a fault, an error status, or nothing."""
        asked = headers.get(FAULT_HEADER)
        if asked in set(Fault):
            return Fault(asked)
        for is_on, fault in (
            (self.faults.down, Fault.RESET),
            (self.faults.hang, Fault.TIMEOUT),
            (self.faults.garbage, Fault.GARBAGE),
            (self.faults.lose_answers, Fault.LOST),
        ):
            if is_on:
                return fault
        return self.faults.status if self.chance.random() < self.faults.error_rate else None

    def seconds(self, headers: Headers) -> float:
        """How long this request waits."""
        asked = headers.get(LATENCY_HEADER, "")
        return (
            int(asked) / 1000 if asked.isdecimal() and len(asked) < 7 else self.faults.latency_ms.seconds(self.chance)
        )


class Misbehaviour:
    """ASGI middleware that plays the faults and records the calls of a system's own routes; leaves others alone.

    Args:
        routes: the system's own routes.
        named_by: a header whose last part after a slash tells calls of one path apart in the record.
    """

    def __init__(
        self,
        app: ASGIApp,
        routes: Sequence[BaseRoute],
        behaviour: Behaviour,
        calls: CallLog,
        named_by: str | None = None,
    ) -> None:
        self._app = app
        self._routes = [route for route in routes if isinstance(route, Route)]
        self._behaviour = behaviour
        self._calls = calls
        self._named_by = named_by

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI 3.0)."""
        path = self._path(scope)
        if path is None:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        fault = self._behaviour.fault(headers)
        at = self._behaviour.now()
        status: int | None = None

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._calls.running += 1
        try:
            await self._behaviour.pause(self._behaviour.seconds(headers))
            await self._play(fault, scope, receive, sending)
        finally:
            self._calls.running -= 1
            self._calls.add(
                Call(
                    at=at,
                    method=scope["method"],
                    path=path + self._name(headers),
                    key=headers.get("Idempotency-Key"),
                    correlation_id=headers.get("X-Correlation-Id"),
                    status=status,
                    fault=None if fault is None else str(fault),
                    milliseconds=round((self._behaviour.now() - at).total_seconds() * 1000, 1),
                )
            )

    def _name(self, headers: Headers) -> str:
        named = headers.get(self._named_by, "").strip('"') if self._named_by else ""
        return f"#{named.rpartition('/')[2]}" if named else ""

    def _path(self, scope: Scope) -> str | None:
        if scope["type"] != "http":
            return None
        matching = (route.path for route in self._routes if route.matches(scope)[0] is Match.FULL)
        return next(matching, None)

    async def _play(self, fault: Fault | int | None, scope: Scope, receive: Receive, send: Send) -> None:
        match fault:
            case None:
                await self._app(scope, receive, send)
            case Fault.TIMEOUT:
                await _until_client_leaves(receive)
            case Fault.RESET:
                await _break_off(scope, receive)
            case Fault.LOST:
                await self._app(scope, receive, _into_nowhere)
                await _break_off(scope, receive)
            case Fault.GARBAGE:
                await Response('{"balance": {"amount": -12', media_type="application/json")(scope, receive, send)
            case status:
                sentence = {"error": {"code": "UNAVAILABLE", "message": "The system is having a bad day."}}
                await JSONResponse(sentence, int(status))(scope, receive, send)


async def _into_nowhere(_message: Message) -> None: ...


async def _break_off(scope: Scope, receive: Receive) -> None:
    abort(scope)
    await _until_client_leaves(receive)


async def _until_client_leaves(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
