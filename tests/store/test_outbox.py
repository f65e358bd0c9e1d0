import secrets

import pytest

from store.database import Database
from store.journal import Event, EventType, Journal, write
from store.outbox import Outbox
from tests.eventually import eventually


@pytest.fixture
def consumer() -> str:
    return f"consumer-{secrets.token_hex(4)}"


async def _settled(database: Database) -> None:
    """Wait until no transaction, of any database of the server, is older than an event."""
    settled = "SELECT coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot()), true) AS it_is FROM journal"

    async def is_settled() -> bool:
        row = await database.fetch_one(settled)
        return row is not None and bool(row["it_is"])

    await eventually(is_settled)


async def _drained(database: Database, consumer: str) -> list[str | None]:
    """Read everything a consumer has not been given yet."""
    seen: list[str | None] = []
    while True:
        async with Outbox(database, consumer).batch(100) as events:
            seen += [event.actor for event in events]
        if not events:
            return seen


async def test_events_come_in_order_and_once(database: Database, consumer: str) -> None:
    await _settled(database)
    await _drained(database, consumer)
    for actor in ("a", "b", "c"):
        await Journal(database).record(Event(EventType.KEY_IMPORTED, actor=actor))
    await _settled(database)
    assert await _drained(database, consumer) == ["a", "b", "c"]
    assert await _drained(database, consumer) == []


async def test_a_row_that_commits_late_is_not_passed_over(database: Database, consumer: str) -> None:
    await _settled(database)
    await _drained(database, consumer)
    async with database.transaction() as slow:
        await write(slow, Event(EventType.KEY_IMPORTED, actor="slow"))
        await Journal(database).record(Event(EventType.KEY_IMPORTED, actor="quick"))
        assert await _drained(database, consumer) == []
    await _settled(database)
    assert await _drained(database, consumer) == ["slow", "quick"]


async def test_what_was_not_delivered_is_lent_again(database: Database, consumer: str) -> None:
    await _settled(database)
    await _drained(database, consumer)
    await Journal(database).record(Event(EventType.KEY_IMPORTED, actor="a"))

    await _settled(database)

    class BrokerAwayError(Exception):
        pass

    with pytest.raises(BrokerAwayError):
        async with Outbox(database, consumer).batch(10):
            raise BrokerAwayError
    assert await _drained(database, consumer) == ["a"]


async def test_one_process_has_the_turn(database: Database, consumer: str) -> None:
    await _settled(database)
    await _drained(database, consumer)
    await Journal(database).record(Event(EventType.KEY_IMPORTED, actor="a"))
    await _settled(database)
    async with Outbox(database, consumer).batch(10) as first, Outbox(database, consumer).batch(10) as second:
        assert [event.actor for event in first] == ["a"]
        assert second == []
