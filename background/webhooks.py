"""The journal's way to other systems' addresses: put down by one loop and sent by another."""

import asyncio
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import aiohttp
from standardwebhooks import Webhook as Signer

from background.outbound import PublicOnly, TargetRefused, require_public
from background.recovery import pause, recovering
from runtime import logs
from store.deliveries import Deliveries, Delivery, NewDelivery
from store.errors import StoreError
from store.outbox import Outbox, OutgoingEvent
from store.webhooks import Webhook, Webhooks

_BATCH = 500
_IDLE = 1.0
"""Seconds."""
_AT_ONCE = 4
"""Requests to one address; the others have their own."""
_ATTEMPT = aiohttp.ClientTimeout(total=15, connect=5)
_PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""After each attempt that failed; about three days and a half together."""
_log = logs.get(__name__)


async def enqueue(outbox: Outbox, webhooks: Webhooks, deliveries: Deliveries, stopping: asyncio.Event) -> None:
    """Turn events of the journal into deliveries until ``stopping`` is set; waits out a database that is away."""

    async def once() -> None:
        while not stopping.is_set():
            async with outbox.batch(_BATCH) as events:
                await _enqueue_batch(events, webhooks, deliveries)
            if not events:
                await pause(stopping, _IDLE)

    await recovering(once, (StoreError,), stopping)


async def _enqueue_batch(events: list[OutgoingEvent], webhooks: Webhooks, deliveries: Deliveries) -> None:
    known = await webhooks.everywhere() if events else []
    wanted = [(webhook, event) for event in events for webhook in known if _wants(webhook, event)]
    if not wanted:
        return
    subjects = await deliveries.subjects({event.session for _, event in wanted if event.session})
    await deliveries.add(
        [
            NewDelivery(webhook.tenant, webhook.name, event.id, event.type, event.session, _body(event, subjects))
            for webhook, event in wanted
        ]
    )


def _wants(webhook: Webhook, event: OutgoingEvent) -> bool:
    return event.tenant == webhook.tenant and event.type in webhook.events and event.at >= webhook.created_at


def _body(event: OutgoingEvent, subjects: dict[UUID, dict[str, Any]]) -> str:
    about = {"session": str(event.session), **subjects.get(event.session, {})} if event.session else {}
    data = {**about, "actor": event.actor, **event.data}
    return json.dumps({"type": event.type, "timestamp": event.at.isoformat(), "data": data}, ensure_ascii=False)


class Deliverer:
    """Sends what is due.

    Args:
        webhooks: where it goes.
        deliveries: what is due.
        keys: what secrets are derived with, by id.
        allows_private: whether addresses that the internet can't reach are allowed.
    """

    def __init__(
        self, webhooks: Webhooks, deliveries: Deliveries, keys: dict[str, bytes], *, allows_private: bool
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._keys = keys
        self._allows_private = allows_private
        self._under_way: Counter[tuple[str, str]] = Counter()

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until ``stopping`` is set; what is being sent is finished. Waits out a database that is away."""

        async def once() -> None:
            resolver = None if self._allows_private else PublicOnly()
            connector = aiohttp.TCPConnector(limit=100, resolver=resolver)
            async with (
                aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as client,
                asyncio.TaskGroup() as sending,
            ):
                while not stopping.is_set():
                    taken = await self._take()
                    for delivery in taken:
                        sending.create_task(self._deliver(client, delivery))
                    if not taken:
                        await pause(stopping, _IDLE)

        await recovering(once, (StoreError,), stopping)

    async def _take(self) -> list[Delivery]:
        busy = [key for key, count in self._under_way.items() if count >= _AT_ONCE]
        taken = await self._deliveries.take(_AT_ONCE, busy)
        self._under_way.update((delivery.tenant, delivery.webhook) for delivery in taken)
        return taken

    async def _deliver(self, client: aiohttp.ClientSession, delivery: Delivery) -> None:
        try:
            webhook = await self._webhooks.find(delivery.tenant, delivery.webhook)
            if webhook is not None:
                has_it, outcome = await self._send(client, webhook, delivery)
                await self._record(delivery, outcome, has_it=has_it)
        except StoreError:
            _log.warning("a delivery was not recorded; it is made again", delivery=delivery.id)
        finally:
            self._under_way[delivery.tenant, delivery.webhook] -= 1
            self._under_way += Counter()

    async def _send(self, client: aiohttp.ClientSession, webhook: Webhook, delivery: Delivery) -> tuple[bool, str]:
        key = self._keys.get(webhook.key_id)
        if key is None:
            return False, "its signing key is not set"
        try:
            if not self._allows_private:
                require_public(webhook.url)
            headers = _headers(delivery, webhook.secret(key))
            async with client.post(
                webhook.url, data=delivery.body.encode(), headers=headers, timeout=_ATTEMPT, allow_redirects=False
            ) as response:
                return 200 <= response.status < 300, f"answered {response.status}"
        except TargetRefused as error:
            return False, str(error)
        except TimeoutError:
            return False, "no answer in time"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return False, f"not reached: {_reason(error)}"

    async def _record(self, delivery: Delivery, outcome: str, *, has_it: bool) -> None:
        if has_it:
            await self._deliveries.delivered(delivery, outcome)
            return
        again = _PAUSES[delivery.attempts - 1] if delivery.attempts <= len(_PAUSES) else None
        await self._deliveries.failed(delivery, outcome, again and again * random.uniform(0.9, 1.1))  # noqa: S311
        _log.warning("webhook not delivered", webhook=delivery.webhook, delivery=delivery.id, outcome=outcome)


def _reason(error: Exception) -> str:
    refused = error.__cause__ if isinstance(error.__cause__, TargetRefused) else None
    inner = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else None
    return str(refused or (inner if isinstance(inner, TargetRefused) else type(error).__name__))


def _headers(delivery: Delivery, secret: bytes) -> dict[str, str]:
    """Sign a delivery (Standard Webhooks, "Webhook Headers"); its id stays the same with each attempt."""
    identity, now = f"evt_{delivery.event}", datetime.now(UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": "script-manager",
        "webhook-id": identity,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(identity, now, delivery.body),
    }
