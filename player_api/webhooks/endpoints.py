"""The webhooks of the public contract."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from player_api import problems
from player_api.access.principal import Principal, allow
from player_api.sessions.context import Caller
from player_api.webhooks.desk import WebhookDesk
from player_api.webhooks.models import Delivery, Webhook, WebhookName, WebhookRequest

router = APIRouter(
    tags=["webhooks"],
    responses=problems.answers(401, 403, 404, 409, 422, 503),
)


def _desk(request: Request) -> WebhookDesk:
    desk: WebhookDesk = request.app.state.webhooks
    return desk


def _caller(request: Request, principal: Annotated[Principal, Depends(allow())]) -> Caller:
    return Caller(principal.name, principal.tenant, request.scope["correlation_id"])


Desk = Annotated[WebhookDesk, Depends(_desk)]
Administrator = Annotated[Caller, Depends(_caller)]


@router.get("/webhooks")
async def list_webhooks(desk: Desk, caller: Administrator) -> list[Webhook]:
    """List the addresses that are told of events."""
    return await desk.all(caller)


@router.get("/webhooks/{name}")
async def read_webhook(name: WebhookName, desk: Desk, caller: Administrator) -> Webhook:
    """Read a webhook, without its secret."""
    return await desk.read(caller, name)


@router.put("/webhooks/{name}")
async def write_webhook(name: WebhookName, body: WebhookRequest, desk: Desk, caller: Administrator) -> Webhook:
    """Have an address told of events; the secret that signs them is in the answer that made it, and nowhere else."""
    return await desk.write(caller, name, body)


@router.delete("/webhooks/{name}", status_code=204)
async def delete_webhook(name: WebhookName, desk: Desk, caller: Administrator) -> None:
    """Tell an address no more."""
    await desk.delete(caller, name)


@router.get("/webhooks/{name}/deliveries")
async def list_deliveries(name: WebhookName, desk: Desk, caller: Administrator) -> list[Delivery]:
    """List the newest deliveries to a webhook and what came of them."""
    return await desk.log(caller, name)
