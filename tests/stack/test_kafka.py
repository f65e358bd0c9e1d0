import asyncio
import random

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from stack import jars, kafka
from stack.folder import DataFolder
from stack.parts import Restarts
from stack.ports import HOST, KAFKA_DEFAULTS, choose
from stack.supervisor import Supervisor
from tests.stack.ground import Told


async def test_keeps_what_was_sent_even_when_it_moves_to_other_ports(folder: DataFolder) -> None:
    locked = jars.read_lock(jars.LOCKS / "kafka.lock")
    files = await asyncio.to_thread(jars.fetch, locked, jars.cache(), lambda _done, _all: None)
    for expected in ([b"first"], [b"first", b"second"]):
        ports = choose(KAFKA_DEFAULTS, {}, random.SystemRandom())
        await kafka.prepare(folder, files, ports["kafka"], ports["kafka-controller"])
        stop, ready = asyncio.Event(), asyncio.Event()
        supervisor = Supervisor([kafka.part(folder, files, ports["kafka"])], folder, Restarts(), Told())
        running = asyncio.create_task(supervisor.run(stop, ready.set))
        async with asyncio.timeout(100):
            await asyncio.wait([running, asyncio.create_task(ready.wait())], return_when=asyncio.FIRST_COMPLETED)
        try:
            assert await sent_and_received(f"{HOST}:{ports['kafka']}", expected[-1], len(expected)) == expected
        finally:
            stop.set()
            await running


async def sent_and_received(address: str, message: bytes, count: int) -> list[bytes | None]:
    """Send a message to a topic and read the topic's first ``count`` messages."""
    async with AIOKafkaProducer(bootstrap_servers=address) as producer:
        await producer.send_and_wait("kept", message)
    async with AIOKafkaConsumer("kept", bootstrap_servers=address, auto_offset_reset="earliest") as consumer:
        return [(await consumer.getone()).value for _ in range(count)]
