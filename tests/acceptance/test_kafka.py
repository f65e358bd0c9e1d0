"""What happens in sessions leaves for Kafka: in order, keyed by session."""

import asyncio
import json
from collections.abc import AsyncIterator, Container
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord

from runtime.settings import Settings
from stack.engines.products import EngineName
from stack.folder import DataFolder
from stack.running import Running
from tests.acceptance.conftest import api
from tests.acceptance.operator import Json, Operator
from tests.stacks import running_stack

TOPIC = Settings.model_fields["kafka_topic"].default


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_the_journal_is_in_the_topic(
    tmp_path: Path, bare_environment: dict[str, str], engine_name: EngineName
) -> None:
    folder = DataFolder(tmp_path / "data")
    opening = running_stack(folder, bare_environment, engine_name, "--kafka")
    stack = await asyncio.to_thread(opening.__enter__)
    try:
        async with api(stack, stack.credentials.api_keys.operator) as client:
            sessions = await asyncio.gather(*(_walked(Operator(client)) for _ in range(3)))
            expected = {session["id"]: await Operator(client).history(session) for session in sessions}
        await _check_topic(stack, expected)
    finally:
        await asyncio.to_thread(opening.__exit__, None, None, None)


async def _walked(operator: Operator) -> Json:
    """A session walked to its end, with its one call in the journal."""
    session = await operator.until("say_no_debt", {"account": "1000000002"})
    ended = await operator.answer(session, {})
    await operator.functions_called(ended, 1)
    return ended


async def _check_topic(stack: Running, expected: dict[str, list[Json]]) -> None:
    count = sum(map(len, expected.values()))
    received = [
        (_session(message), json.loads(message.value or b"")) async for message in _received(stack, count, expected)
    ]
    for session, events in expected.items():
        sent = [event for key, event in received if key == session]
        assert {event["session"] for event in sent} == {session}
        assert [event["id"] for event in sent] == sorted(event["id"] for event in sent)
        durable = [event["type"] for event in sent if event["type"] != "function_called"]
        assert durable == ["session_started", "answer_given", "answer_given", "session_ended"]
        assert _told(sent) == _told(events)


def _told(events: list[Json]) -> list[str]:
    """What events tell, in an order that doesn't depend on when they were written."""
    return sorted(json.dumps([event["type"], event["actor"], event["data"]], sort_keys=True) for event in events)


def _session(message: "ConsumerRecord[bytes, bytes]") -> str:
    return (message.key or b"").decode()


async def _received(
    stack: Running, count: int, sessions: Container[str]
) -> AsyncIterator["ConsumerRecord[bytes, bytes]"]:
    """The messages about some sessions, in the order of the topic."""
    async with (
        AIOKafkaConsumer(TOPIC, bootstrap_servers=stack.urls["kafka"], auto_offset_reset="earliest") as consumer,
        asyncio.timeout(60),
    ):
        while count:
            message = await consumer.getone()
            if _session(message) in sessions:
                count -= 1
                yield message
