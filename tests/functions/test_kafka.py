"""Messages to Kafka: what is sent, and what becomes of its errors."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NotLeaderForPartitionError,
)
from pydantic import SecretStr

from feel import Evaluator
from functions.calls.kafka import KafkaCall, KafkaCalls, Producer, make_producer
from functions.calls.protocol import Answer, Request
from functions.errors import FunctionError, Permanent, Transient
from functions.systems import Access, System
from tests.functions.declared import CONTEXT, SYSTEM, loaded, source

CALL: dict[str, Any] = {"topic": "payments", "key": "account", "value": {"account": "account", "sum": "amount"}}


@dataclass
class Written:
    partition: int = 3
    offset: int = 7


@dataclass
class ProducerInMemory:
    """A producer that fails as told; ``sent`` holds its messages."""

    at_start: list[KafkaError] = field(default_factory=list)
    at_send: list[KafkaError] = field(default_factory=list)
    sent: list[tuple[Any, ...]] = field(default_factory=list)
    running: int = 0

    async def start(self) -> None:
        self.running += 1
        if self.at_start:
            raise self.at_start.pop()

    async def stop(self) -> None:
        self.running -= 1

    async def send_and_wait(
        self, topic: str, *, value: bytes, key: bytes | None, headers: Sequence[tuple[str, bytes]]
    ) -> Written:
        if self.at_send:
            raise self.at_send.pop()
        self.sent.append((topic, json.loads(value), key, dict(headers)))
        return Written()


def system() -> System:
    return System.model_validate(yaml.safe_load(SYSTEM))


def calls(producer: Producer) -> KafkaCalls:
    return KafkaCalls(Evaluator(), lambda _system, _access: producer)


async def publish(kafka: KafkaCalls, call: dict[str, Any] = CALL, **inputs: Any) -> Answer:
    caller = kafka.caller(KafkaCall(**call), system(), Access("billing", "kafka://one:9092", {}))
    return await caller(Request(inputs, CONTEXT, {"X-Correlation-Id": "c-1"}))


async def test_a_message_is_filled_and_confirmed() -> None:
    producer = ProducerInMemory()
    kafka = calls(producer)
    call = {**CALL, "headers": {"kind": '"платёж"', "none": "missing"}}
    answer = await publish(kafka, call, account="1", amount=500)
    await publish(kafka, {"topic": "t", "value": 1})
    assert answer.response == {"partition": 3, "offset": 7}
    headers = {"kind": "платёж".encode(), "X-Correlation-Id": b"c-1"}
    assert producer.sent == [
        ("payments", {"account": "1", "sum": 500}, b"1", headers),
        ("t", 1, None, {"X-Correlation-Id": b"c-1"}),
    ]
    assert producer.running == 1, "one producer for all"
    await kafka.close()
    assert producer.running == 0


@pytest.mark.parametrize(
    ("error", "kind", "cause"),
    [
        (KafkaTimeoutError(), Transient, "timeout"),
        (KafkaConnectionError(), Transient, "timeout"),
        (NotLeaderForPartitionError(), Transient, "503"),
        (MessageSizeTooLargeError(), Permanent, "refused"),
    ],
)
async def test_a_message_that_is_not_confirmed(error: KafkaError, kind: type[FunctionError], cause: str) -> None:
    kafka = calls(ProducerInMemory(at_send=[error]))
    with pytest.raises(kind) as caught:
        await publish(kafka)
    assert getattr(caught.value, "cause", None) == cause
    assert (await publish(kafka)).response is not None


async def test_a_connection_that_failed_is_tried_again() -> None:
    producer = ProducerInMemory(at_start=[KafkaConnectionError()])
    kafka = calls(producer)
    with pytest.raises(Transient, match="billing can't be reached"):
        await publish(kafka)
    assert producer.running == 0
    assert (await publish(kafka)).response is not None


async def test_a_broker_that_is_down(unused_tcp_port: int) -> None:
    kafka = KafkaCalls(Evaluator(), make_producer)
    caller = kafka.caller(KafkaCall(**CALL), system(), Access("billing", f"kafka://127.0.0.1:{unused_tcp_port}", {}))
    with pytest.raises(Transient, match="billing can't be reached"):
        await caller(Request({}, CONTEXT, {}))
    await kafka.close()


def test_an_address_names_brokers() -> None:
    with pytest.raises(ValueError, match="no Kafka address such as kafka://one:9092,two:9092"):
        calls(ProducerInMemory()).caller(KafkaCall(**CALL), system(), Access("billing", "http://x", {}))


async def test_a_password_means_an_encrypted_connection() -> None:
    producer = make_producer(system(), Access("b", "kafka://one:1", {}, SecretStr("bob"), SecretStr("s3cret")))
    assert producer.client._security_protocol == "SASL_SSL"  # type: ignore[attr-defined]
    await producer.stop()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"effect": "read"}, "effect: a message is never only a read"),
        ({"call": {"kafka": {"topic": "a b", "value": 1}}}, "call.kafka.topic: string should match pattern"),
        ({"call": {"kafka": {"topic": "t", "value": {"deep": ["a +"]}}}}, "call.kafka.value.deep.0: FEEL expression"),
    ],
)
def test_mistakes(fields: dict[str, Any], sentence: str) -> None:
    declared = {"effect": "irreversible", "errors": None, "outputs": {}, "call": {"kafka": CALL}, **fields}
    inputs = [{"name": "account", "type": "string"}, {"name": "amount", "type": "integer"}]
    (mistake,) = loaded(source(**declared, inputs=inputs)).mistakes
    assert mistake.sentence.startswith(sentence)
