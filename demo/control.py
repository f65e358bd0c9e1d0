"""Endpoints under ``/_demo`` that every demo system has for those who demonstrate and measure."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from demo.calls import CallLog
from demo.faults import Behaviour, Faults


class RecordedCall(BaseModel):
    """A call that reached the system, see `path` for its kind."""

    number: int = Field(description="Counts ended calls from 1.")
    at: AwareDatetime
    method: str
    path: str = Field(description="Template of the path.", examples=["/accounts/{account}/balance"])
    key: str | None = Field(description="Its Idempotency-Key.")
    correlation_id: str | None
    status: int | None = Field(description="Status that was sent, null where no answer was.")
    fault: str | None = Field(description="The fault that was played, null for an honest answer.")
    milliseconds: float


class RecordedCalls(BaseModel):
    """Part of the record of calls."""

    since: AwareDatetime = Field(description="Calls are recorded from here on: the start of the process.")
    total: int = Field(description="Calls since then. The last 100,000 are kept.")
    running: int = Field(description="Calls that have arrived and not ended.")
    calls: list[RecordedCall]


def control_routes(behaviour: Behaviour, calls: CallLog) -> APIRouter:
    """Routes that show and change how the system behaves, and show what reached it."""
    router = APIRouter(prefix="/_demo", tags=["demonstration"])

    @router.get("/faults")
    async def faults() -> Faults:
        """How the system behaves."""
        return behaviour.faults

    @router.put("/faults")
    async def set_faults(wanted: Faults) -> Faults:
        """Change how the system behaves. What is not named goes back to normal. A restart forgets it."""
        behaviour.faults = wanted
        return wanted

    @router.get("/calls")
    async def recorded(
        after: Annotated[int, Query(ge=0, description="Number of the last call already seen.")] = 0,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    ) -> RecordedCalls:
        """The system's own record of calls, in the order in which they ended."""
        found: list[dict[str, Any]] = [{"number": number, **asdict(call)} for number, call in calls.after(after, limit)]
        return RecordedCalls(
            since=calls.since,
            total=calls.total,
            running=calls.running,
            calls=[RecordedCall.model_validate(each) for each in found],
        )

    return router
