"""The journal's way to Kafka."""

import asyncio
import secrets
from asyncio import StreamReader, StreamWriter
from typing import Any

from background.relay import masked, relay
from store.database import Database
from store.journal import Event, EventType, Journal
from store.outbox import Outbox
from tests.eventually import eventually


async def test_a_broker_that_is_away_is_asked_again_and_nothing_counts_as_delivered(database: Database) -> None:
    consumer = f"kafka-{secrets.token_hex(4)}"
    await Journal(database).record(Event(EventType.KEY_IMPORTED, actor="a"))
    asked = 0

    async def hang_up(_reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.close()

    stopping = asyncio.Event()
    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        running = asyncio.create_task(relay(Outbox(database, consumer), f"{host}:{port}", "journal", stopping))
        await eventually(lambda: asked > 2)
        stopping.set()
        await asyncio.wait_for(running, 20)

    async def lent() -> bool:
        async with Outbox(database, consumer).batch(1) as events:
            return len(events) == 1

    assert await eventually(lent)


def test_answers_that_are_personal_data_do_not_leave() -> None:
    data: dict[str, Any] = {"step": "s", "answers": {"account": "1000000001", "reason": "late"}, "pii": ["account"]}
    assert masked(data)["answers"] == {"account": "•••", "reason": "late"}
    assert data["answers"]["account"] == "1000000001"
    assert masked({"answers": {"reason": "late"}}) == {"answers": {"reason": "late"}}
