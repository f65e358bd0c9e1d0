"""Customers' data in the public contract."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request

from player_api import problems
from player_api.access.principal import Principal, allow
from player_api.customers.errors import ErasureUnknown
from player_api.customers.models import EraseRequest, Erasure
from store.erasures import Erasure as StoredErasure
from store.erasures import Erasures
from store.journal import Event, EventType

router = APIRouter(
    tags=["customers"],
    responses=problems.answers(401, 403, 404, 422, 429, 503),
)


def _erasures(request: Request) -> Erasures:
    erasures: Erasures = request.app.state.erasures
    return erasures


Orders = Annotated[Erasures, Depends(_erasures)]
Administrator = Annotated[Principal, Depends(allow())]


@router.post("/customers/erase", status_code=202)
async def erase_customer(body: EraseRequest, request: Request, orders: Orders, administrator: Administrator) -> Erasure:
    """Remove a customer from all sessions, what was said in them included, and from the engine's history.

    It begins within a minute and goes on through restarts. Sessions of the customer that still run are cancelled. Asked
    again before it is done, it is the same order.
    """
    wanted = StoredErasure(
        id=uuid4(),
        tenant=administrator.tenant,
        customer=body.customer,
        sessions=0,
        correlation_id=request.scope["correlation_id"],
        requested_by=administrator.name,
        requested_at=datetime.now(UTC),
        finished_at=None,
    )
    event = Event(
        EventType.CUSTOMER_ERASURE_ORDERED,
        tenant=wanted.tenant,
        actor=wanted.requested_by,
        correlation_id=wanted.correlation_id,
        data={"erasure": str(wanted.id)},
    )
    return Erasure.of(await orders.order(wanted, event))


@router.get("/customers/erasures/{erasure_id}")
async def read_erasure(erasure_id: UUID, orders: Orders, administrator: Administrator) -> Erasure:
    """Say how far the removal of a customer has come."""
    erasure = await orders.find(erasure_id, administrator.tenant)
    if erasure is None:
        raise ErasureUnknown(f"no erasure {erasure_id}")
    return Erasure.of(erasure)
