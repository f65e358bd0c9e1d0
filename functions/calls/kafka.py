"""Calls that publish to a Kafka topic: done when all in-sync replicas have the message."""

import asyncio
import json
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, RequestTimedOutError
from pydantic import Field, JsonValue

from feel import Evaluator
from functions.calls.protocol import Answer, CallPart, Request
from functions.calls.template import ExpressionTree, leaves, simple_text
from functions.errors import FunctionError, Permanent, Transient
from functions.fields import Expression, Location
from functions.systems import Access, System
from functions.tracing import Parts, exchange


class KafkaCall(CallPart):
    """The ``kafka`` part of a declaration: one message, whose strings are FEEL expressions over the inputs.

    In expressions, ``response`` holds ``partition`` and ``offset``. Correlation and idempotency go along as headers.
    """

    topic: str = Field(pattern=r"^[A-Za-z0-9._-]{1,249}$")
    key: Expression | None = None
    """Messages with the same key keep their order."""
    value: JsonValue
    headers: Mapping[str, Expression] = {}

    def expressions(self) -> Iterator[tuple[Location, str]]:
        """All expressions with their places in this part."""
        yield from leaves({"key": self.key, "value": self.value, "headers": dict(self.headers)})


class Sent(Protocol):
    """Where a message has been written."""

    partition: int
    offset: int


class Producer(Protocol):
    """As much of aiokafka's producer as is used."""

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Send what is left and close all connections."""

    async def send_and_wait(
        self, topic: str, *, value: bytes, key: bytes | None, headers: Sequence[tuple[str, bytes]]
    ) -> Sent:
        """Send one message and wait until it is written."""


class KafkaConnection:
    """One system's producer, connected by the first message."""

    def __init__(self, system: str, make: Callable[[], Producer]) -> None:
        self._system = system
        self._make = make
        self._starting = asyncio.Lock()
        self._producer: Producer | None = None

    async def send(self, topic: str, value: bytes, key: bytes | None, headers: Sequence[tuple[str, bytes]]) -> Sent:
        """Send one message.

        Raises:
            Transient: no broker can be reached (cause ``connect``), or none confirmed in time (``timeout``).
            Permanent: Kafka refuses the message.
        """
        producer = await self._started()
        try:
            return await producer.send_and_wait(topic, value=value, key=key, headers=headers)
        except KafkaError as error:
            raise self._classified(error) from error

    async def _started(self) -> Producer:
        async with self._starting:
            if self._producer is None:
                producer = self._make()
                try:
                    await producer.start()
                except KafkaError as error:
                    await producer.stop()
                    raise Transient("connect", f"{self._system} can't be reached") from error
                self._producer = producer
            return self._producer

    def _classified(self, error: KafkaError) -> FunctionError:
        if isinstance(error, KafkaTimeoutError | RequestTimedOutError | KafkaConnectionError):
            return Transient("timeout", f"{self._system} did not confirm the message in time")
        if error.retriable:
            return Transient("503", f"{self._system} is busy: {type(error).__name__}")
        return Permanent("refused", f"{self._system} refused the message: {type(error).__name__}")

    async def close(self) -> None:
        """Send what is left and close all connections."""
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None


class KafkaCaller:
    """Publishes the message of one function."""

    def __init__(self, call: KafkaCall, connection: KafkaConnection, evaluator: Evaluator) -> None:
        self._topic = call.topic
        self._connection = connection
        self._message = ExpressionTree({"key": call.key, "value": call.value, "headers": dict(call.headers)}, evaluator)

    async def __call__(self, request: Request) -> Answer:
        """Publish once; see functions.calls.protocol.Caller."""
        message = await self._message.filled(request.inputs)
        assert isinstance(message, dict)  # noqa: S101 - as built above
        key, headers = simple_text("the key", message["key"]), message["headers"]
        assert isinstance(headers, dict)  # noqa: S101 - as built above
        texts = {**{name: simple_text(name, value) for name, value in headers.items()}, **request.headers}
        shown: Parts = {"topic": self._topic, "key": key, "value": message["value"], "headers": {**texts}}
        with exchange(lambda: shown) as answered:
            sent = await self._connection.send(
                self._topic,
                json.dumps(message["value"], ensure_ascii=False, separators=(",", ":")).encode(),
                None if key is None else key.encode(),
                [(name, text.encode()) for name, text in texts.items() if text is not None],
            )
            written: Parts = {"partition": sent.partition, "offset": sent.offset}
            answered(lambda: written)
        return Answer(None, written)


class KafkaCalls:
    """The Kafka protocol: one producer a system."""

    def __init__(self, evaluator: Evaluator, make: Callable[[System, Access], Producer]) -> None:
        self._evaluator = evaluator
        self._make = make
        self._connections: dict[str, KafkaConnection] = {}

    def caller(self, call: KafkaCall, system: System, access: Access) -> KafkaCaller:
        """Prepare the call of one function.

        Raises:
            ValueError: the system has no address, a list such as ``kafka://one:9092,two:9092``.
        """
        if not access.address.startswith("kafka://"):
            raise ValueError(f"system {system.name} has no Kafka address such as kafka://one:9092,two:9092")
        if system.name not in self._connections:
            self._connections[system.name] = KafkaConnection(system.name, lambda: self._make(system, access))
        return KafkaCaller(call, self._connections[system.name], self._evaluator)

    async def close(self) -> None:
        """Send what is left and close all connections."""
        for connection in self._connections.values():
            await connection.close()
        self._connections.clear()


def make_producer(system: System, access: Access) -> Producer:
    """A producer of aiokafka: nothing lost and nothing twice within one connection, TLS and password where declared."""
    secure = system.tls.ca_file is not None or access.user is not None
    protocol = ("SASL_" if access.user is not None else "") + ("SSL" if secure else "PLAINTEXT")
    producer: Producer = AIOKafkaProducer(
        bootstrap_servers=access.address.removeprefix("kafka://").split(","),
        client_id="script-manager",
        acks="all",
        enable_idempotence=True,
        security_protocol=protocol,
        ssl_context=ssl.create_default_context(cafile=system.tls.ca_file) if secure else None,
        sasl_mechanism="PLAIN",
        sasl_plain_username=access.user.get_secret_value() if access.user else None,
        sasl_plain_password=access.password.get_secret_value() if access.password else None,
    )
    return producer
