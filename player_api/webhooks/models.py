"""Webhooks as the API shows them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from player_api.sessions.models import Given
from store.journal import EventType

WebhookName = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Told(StrEnum):
    """The events that a webhook can be told of."""

    SESSION_STARTED = EventType.SESSION_STARTED
    SESSION_ENDED = EventType.SESSION_ENDED
    SESSION_CANCELLED = EventType.SESSION_CANCELLED
    SESSION_IDLE = EventType.SESSION_IDLE
    SESSION_ABANDONED = EventType.SESSION_ABANDONED
    HANDOFF_ASKED = EventType.HANDOFF_ASKED
    SESSION_CLAIMED = EventType.SESSION_CLAIMED
    SESSION_TAKEN_OVER = EventType.SESSION_TAKEN_OVER


ENDS = (Told.SESSION_ENDED, Told.SESSION_CANCELLED, Told.SESSION_ABANDONED)


class WebhookRequest(Given):
    """Where events are posted, and which."""

    url: Annotated[str, Field(max_length=2000, pattern=r"^https?://[!-~]+$")]
    events: Annotated[list[Told], Field(min_length=1, max_length=len(Told))] = Field(default=list(ENDS))
    new_secret: bool = Field(default=False, description="Make its secret anew; a new webhook always gets one")


class Webhook(BaseModel):
    """An address that is told of events."""

    name: str
    url: str
    events: list[Told]
    created: datetime
    changed: datetime
    changed_by: str
    secret: str | None = Field(
        default=None, description="What its requests are signed with; said once, when it has been made"
    )


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    DUE = "due"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class Delivery(BaseModel):
    """One event on its way to a webhook."""

    id: str = Field(description="The header `webhook-id` of each attempt")
    type: str
    session: UUID | None
    state: DeliveryState
    attempts: int
    outcome: str | None = Field(description="What came of the last attempt")
    created: datetime
    due: datetime | None = Field(description="When it is tried next")
    delivered: datetime | None
