"""Orders about customers' data, as the API shows them."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from player_api.sessions.models import Name
from store.erasures import Erasure as StoredErasure


class ErasureState(StrEnum):
    """How far an erasure has come."""

    UNDER_WAY = "under_way"
    DONE = "done"


class EraseRequest(BaseModel):
    """Whom to remove."""

    model_config = ConfigDict(extra="forbid")

    customer: Name = Field(description="As sessions name the customer")


class Erasure(BaseModel):
    """An order to remove a customer, and how far it has come."""

    id: UUID
    state: ErasureState
    sessions: int = Field(description="From how many sessions the customer is removed so far")
    requested_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, stored: StoredErasure) -> Self:
        """Show an order without whom it is about."""
        return cls(
            id=stored.id,
            state=ErasureState.UNDER_WAY if stored.finished_at is None else ErasureState.DONE,
            sessions=stored.sessions,
            requested_at=stored.requested_at,
            finished_at=stored.finished_at,
        )
