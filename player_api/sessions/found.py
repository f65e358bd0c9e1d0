"""Sessions that are looked for, and what is found of them, as the API shows it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from player_api.sessions.models import Given, Handoff, Holder, Key, Name, Result


class FoundState(StrEnum):
    """How far a session that was found has come; where an open one stands, reading it tells."""

    OPEN = "open"
    ENDED = "ended"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"


class SearchRequest(Given):
    """What sessions are looked for: those that fit all that is given."""

    external_id: Name | None = None
    customer: Name | None = None
    state: FoundState | None = None
    script: Key | None = None
    team: Key | None = None
    holder: Name | None = Field(
        default=None, description="Open ones that this principal wrote in last; `me` is the caller"
    )
    cursor: Annotated[str, Field(max_length=300)] | None = Field(default=None, description="From the page before")
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class SessionSummary(BaseModel):
    """A session that was found."""

    id: UUID
    script: str
    title: str
    release: int
    channel: str
    team: str | None
    customer: str | None
    external_id: str | None
    state: FoundState
    holder: Holder | None
    handoff: Handoff | None
    result: Result | None
    created: datetime
    touched: datetime = Field(description="When somebody last wrote in it")
    ended: datetime | None


class SessionPage(BaseModel):
    """Some of the sessions that were found, the newest first."""

    items: list[SessionSummary]
    cursor: str | None = Field(description="Gives the next page; null on the last one")
