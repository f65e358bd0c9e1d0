"""Reading and writing webhooks."""

import base64
from ipaddress import ip_address
from urllib.parse import urlsplit

from player_api.sessions.context import Caller
from player_api.webhooks.errors import WebhookInvalid, WebhooksOff, WebhookUnknown
from player_api.webhooks.models import Delivery, DeliveryState, Told, Webhook, WebhookRequest
from store.deliveries import Deliveries, LoggedDelivery
from store.journal import Event, EventType
from store.webhooks import Webhook as StoredWebhook
from store.webhooks import Webhooks

_LOGGED = 200


class WebhookDesk:
    """What administrators do with the webhooks of their tenants.

    Args:
        webhooks: where they are stored.
        deliveries: what was and is to be sent to them.
        keys: what secrets are derived with, by id; the first is for new ones.
        allows_private: whether addresses that the internet can't reach are allowed.
    """

    def __init__(
        self, webhooks: Webhooks, deliveries: Deliveries, keys: dict[str, bytes], *, allows_private: bool
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._keys = keys
        self._allows_private = allows_private

    async def all(self, caller: Caller) -> list[Webhook]:
        """Return the webhooks of the caller's tenant."""
        return [_shown(webhook) for webhook in await self._webhooks.of_tenant(caller.tenant)]

    async def read(self, caller: Caller, name: str) -> Webhook:
        """Return one webhook, without its secret.

        Raises:
            WebhookUnknown: there is none of this name.
        """
        return _shown(await self._known(caller, name))

    async def write(self, caller: Caller, name: str, request: WebhookRequest) -> Webhook:
        """Make or change a webhook; the secret comes with the answer where it was made.

        Raises:
            WebhooksOff: there is no key to derive a secret with.
            WebhookInvalid: the address must not be called.
        """
        if not self._keys:
            raise WebhooksOff("set a key to derive secrets of webhooks with")
        if not self._allows_private:
            _require_public(request.url)
        is_new = request.new_secret or await self._webhooks.find(caller.tenant, name) is None
        event = _event(caller, name, url=request.url, events=sorted(set(request.events)), new_secret=is_new)
        key_id = next(iter(self._keys)) if is_new else None
        webhook = await self._webhooks.put(request.url, frozenset(request.events), key_id, event)
        secret = webhook.secret(self._keys[webhook.key_id]) if is_new else None
        return _shown(webhook, secret)

    async def delete(self, caller: Caller, name: str) -> None:
        """Delete a webhook, and what was still to be sent to it.

        Raises:
            WebhookUnknown: there is none of this name.
        """
        if not await self._webhooks.delete(caller.tenant, name, _event(caller, name, deleted=True)):
            raise WebhookUnknown(f"there is no webhook {name}")

    async def log(self, caller: Caller, name: str) -> list[Delivery]:
        """Return the newest deliveries to a webhook.

        Raises:
            WebhookUnknown: there is none of this name.
        """
        webhook = await self._known(caller, name)
        return [_logged(each) for each in await self._deliveries.log(webhook.tenant, webhook.name, limit=_LOGGED)]

    async def _known(self, caller: Caller, name: str) -> StoredWebhook:
        webhook = await self._webhooks.find(caller.tenant, name)
        if webhook is None:
            raise WebhookUnknown(f"there is no webhook {name}")
        return webhook


def _require_public(url: str) -> None:
    """Refuse at once what can be told from the address itself; names are looked at when they are called."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise WebhookInvalid({"url": ["this is no address"]}) from None
    if parts.scheme != "https":
        raise WebhookInvalid({"url": ["the address must be https"]})
    try:
        is_public = ip_address(parts.hostname or "").is_global
    except ValueError:
        is_public = parts.hostname not in {None, "localhost"}
    if not is_public:
        raise WebhookInvalid({"url": ["the address must be one of the internet"]})


def _event(caller: Caller, name: str, **data: object) -> Event:
    return Event(
        EventType.WEBHOOK_CHANGED,
        tenant=caller.tenant,
        actor=caller.name,
        correlation_id=caller.correlation_id,
        data={"name": name, **data},
    )


def _shown(webhook: StoredWebhook, secret: bytes | None = None) -> Webhook:
    return Webhook(
        name=webhook.name,
        url=webhook.url,
        events=sorted(Told(event) for event in webhook.events),
        created=webhook.created_at,
        changed=webhook.changed_at,
        changed_by=webhook.changed_by,
        secret=None if secret is None else f"whsec_{base64.b64encode(secret).decode()}",
    )


def _logged(logged: LoggedDelivery) -> Delivery:
    state = DeliveryState.DUE if logged.due_at else DeliveryState.GIVEN_UP
    return Delivery(
        id=f"evt_{logged.event}",
        type=logged.type,
        session=logged.session,
        state=DeliveryState.DELIVERED if logged.delivered_at else state,
        attempts=logged.attempts,
        outcome=logged.outcome,
        created=logged.created_at,
        due=logged.due_at,
        delivered=logged.delivered_at,
    )
