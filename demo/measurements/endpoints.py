"""The measuring system's own endpoints: bare numbers as error codes, as its makers like them."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import JSONResponse
from pydantic import AnyHttpUrl, BaseModel, Field

from demo.latency import Latency
from demo.measurements.orders import Orders
from demo.measurements.results import known_lines

Command = Annotated[str, Header(alias="X-Command-Id", pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


class OrderRequest(BaseModel):
    """What shall be measured, and who wants to know."""

    line: str = Field(pattern="^[0-9]{10}$", description="The account whose line it is")
    notify: AnyHttpUrl = Field(description="The result is sent here by POST")


class Taken(BaseModel):
    """An order that was taken."""

    order: int
    ready_in_s: float


class RestartRequest(BaseModel):
    """Whose port shall be restarted."""

    line: str = Field(pattern="^[0-9]{10}$")


class Done(BaseModel):
    """A command that was carried out."""

    command: str
    done: bool = True


class Refused(BaseModel):
    """Why not: 104 there is no such line, 200 there is no such command."""

    err: int


@dataclass(slots=True)
class Duration:
    """How long a measurement takes; may change while the system runs."""

    latency: Latency


def measurement_routes(orders: Orders, duration: Duration, now: Callable[[], datetime]) -> APIRouter:
    """Routes over measurements and the ports of lines."""
    router = APIRouter(tags=["measurements"])
    chance = random.Random()  # noqa: S311 - no secrets

    @router.post("/orders", status_code=202, responses={200: {"model": Refused}})
    async def order(asked: OrderRequest, response: Response) -> Taken | Refused:
        """Order a measurement. A line that is not known is refused with status 200."""
        if asked.line not in known_lines():
            response.status_code = 200
            return Refused(err=104)
        seconds = duration.latency.seconds(chance)
        number = await orders.take(asked.line, str(asked.notify), now() + timedelta(seconds=seconds), seconds)
        return Taken(order=number, ready_in_s=round(seconds, 1))

    @router.post("/ports/restart", responses={400: {"model": Refused}})
    async def restart(asked: RestartRequest, command: Command) -> Done:
        """Restart the port of a line: the customer's connection is lost for a minute. Once for each X-Command-Id."""
        if asked.line not in known_lines():
            return JSONResponse({"err": 104}, 400)  # type: ignore[return-value]
        await orders.restart(asked.line, command)
        return Done(command=command)

    @router.get("/commands/{command}", responses={400: {"model": Refused}})
    async def find(command: str) -> Done:
        """Whether a command was carried out."""
        if not await orders.is_done(command):
            return JSONResponse({"err": 200}, 400)  # type: ignore[return-value]
        return Done(command=command)

    return router


class Wanted(BaseModel):
    """How long measurements shall take."""

    milliseconds: Latency


def duration_control(duration: Duration) -> APIRouter:
    """Routes that show and change how long a measurement takes."""
    router = APIRouter(prefix="/_demo", tags=["demonstration"])

    @router.get("/duration")
    async def shown() -> Wanted:
        """How long a measurement takes."""
        return Wanted(milliseconds=duration.latency)

    @router.put("/duration")
    async def change(wanted: Wanted) -> Wanted:
        """Let measurements that are ordered from now on take as long."""
        duration.latency = wanted.milliseconds
        return wanted

    return router
