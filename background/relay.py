"""The journal's way to Kafka: batches from the outbox, in order, at least once, keyed by session."""

import asyncio
import json
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from background.recovery import pause, recovering
from functions.execution import MASK
from store.errors import StoreUnavailable
from store.outbox import Outbox, OutgoingEvent

_BATCH = 500
_IDLE = 0.5
_REQUEST_TIMEOUT = 8_000
"""Milliseconds; shorter than what a process gets to stop in."""


async def relay(outbox: Outbox, bootstrap: str, topic: str, stopping: asyncio.Event) -> None:
    """Send the journal to Kafka until ``stopping`` is set; waits out brokers and databases that are away.

    Args:
        outbox: where events are read from and marked as delivered.
        bootstrap: ``host:port`` list of brokers.
        topic: where events go, as JSON; the key is the session's id.
        stopping: ends the relay after the batch at hand.
    """

    async def once() -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, enable_idempotence=True, request_timeout_ms=_REQUEST_TIMEOUT
        )
        try:
            await producer.start()
            await _relay_batches(outbox, producer, topic, stopping)
        finally:
            await producer.stop()

    await recovering(once, (KafkaError, StoreUnavailable, OSError), stopping)


async def _relay_batches(outbox: Outbox, producer: AIOKafkaProducer, topic: str, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        async with outbox.batch(_BATCH) as events:
            sent = [await producer.send(topic, key=_key(event), value=_value(event)) for event in events]
            await asyncio.gather(*sent)
        if not events:
            await pause(stopping, _IDLE)


def _key(event: OutgoingEvent) -> bytes | None:
    return str(event.session).encode() if event.session else None


def masked(data: dict[str, Any]) -> dict[str, Any]:
    """Hide answers that are personal data: who may read a topic is not ours to say."""
    if not data.get("pii"):
        return data
    answers = {name: MASK if name in data["pii"] else value for name, value in data["answers"].items()}
    return {**data, "answers": answers}


def _value(event: OutgoingEvent) -> bytes:
    session = str(event.session) if event.session else None
    shown = {**vars(event), "data": masked(event.data), "at": event.at.isoformat(), "session": session}
    return json.dumps(shown, ensure_ascii=False).encode()
