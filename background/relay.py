"""The journal's way to Kafka: batches from the outbox, in order, at least once, keyed by session."""

import asyncio
import json

import tenacity
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from runtime import logs
from store.errors import StoreUnavailable
from store.outbox import Outbox, OutgoingEvent

_BATCH = 500
_IDLE = 0.5
_log = logs.get(__name__)


async def relay(outbox: Outbox, bootstrap: str, topic: str, stopping: asyncio.Event) -> None:
    """Send the journal to Kafka until ``stopping`` is set; waits out brokers and databases that are away.

    Args:
        outbox: where events are read from and marked as delivered.
        bootstrap: ``host:port`` list of brokers.
        topic: where events go, as JSON; the key is the session's id.
        stopping: ends the relay after the batch at hand.
    """
    async for attempt in tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type((KafkaError, StoreUnavailable, OSError)),
        wait=tenacity.wait_random_exponential(multiplier=0.5, max=10),
        before_sleep=lambda state: _log.warning("the relay was interrupted", cause=_cause(state)),
        stop=lambda _state: stopping.is_set(),
        reraise=False,
    ):
        with attempt:
            async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
                await _relay_batches(outbox, producer, topic, stopping)


def _cause(state: tenacity.RetryCallState) -> str:
    error = state.outcome.exception() if state.outcome else None
    return type(error).__name__


async def _relay_batches(outbox: Outbox, producer: AIOKafkaProducer, topic: str, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        async with outbox.batch(_BATCH) as events:
            sent = [await producer.send(topic, key=_key(event), value=_value(event)) for event in events]
            await asyncio.gather(*sent)
        if not events:
            await _pause(stopping)


async def _pause(stopping: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), _IDLE)
    except TimeoutError:
        return


def _key(event: OutgoingEvent) -> bytes | None:
    return str(event.session).encode() if event.session else None


def _value(event: OutgoingEvent) -> bytes:
    shown = {**vars(event), "at": event.at.isoformat(), "session": str(event.session) if event.session else None}
    return json.dumps(shown, ensure_ascii=False).encode()
