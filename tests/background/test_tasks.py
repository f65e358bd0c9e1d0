import secrets
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from background.tasks import RECURRENT, extend_journal, forget_idempotent_answers, reconcile_sessions
from background.work import Work
from store.idempotency import Answered, Fresh, InProgress
from store.upkeep import watermark

NOW = datetime.now(UTC)


def test_names_are_unique() -> None:
    assert len({task.name for task in RECURRENT}) == len(RECURRENT)


@pytest.mark.parametrize(("age", "kept"), [("23 hours 59 minutes", True), ("24 hours 1 minute", False)])
async def test_idempotent_answers_are_forgotten_after_a_day(work: Work, age: str, kept: bool) -> None:
    key, digest = secrets.token_hex(8), secrets.token_bytes(32)
    assert isinstance(await work.idempotent.begin("key:operator", key, digest, uuid4()), Fresh)
    await work.idempotent.finish("key:operator", key, status=200, body={})
    await work.database.fetch_one(
        f"UPDATE idempotent_answers SET started_at = now() - interval '{age}' WHERE key = %s", (key,)
    )
    await forget_idempotent_answers(work, NOW)
    known = await work.idempotent.begin("key:operator", key, digest, uuid4())
    assert isinstance(known, Answered if kept else Fresh)


async def test_a_request_under_way_is_not_forgotten(work: Work) -> None:
    key, digest = secrets.token_hex(8), secrets.token_bytes(32)
    await work.idempotent.begin("key:operator", key, digest, uuid4())
    await forget_idempotent_answers(work, NOW)
    assert isinstance(await work.idempotent.begin("key:operator", key, digest, uuid4()), InProgress)


async def test_the_journal_gets_its_next_partitions(work: Work) -> None:
    partitions = "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'journal'::regclass"
    before = {row["name"] for row in await work.database.fetch_all(partitions)}
    last = max(before - {"journal_unforeseen"})
    await work.database.fetch_one(f"DROP TABLE {last}")
    await extend_journal(work, NOW)
    assert {row["name"] for row in await work.database.fetch_all(partitions)} == before
    await extend_journal(work, NOW)


async def test_reconciliation_remembers_how_far_it_came(work: Work) -> None:
    await reconcile_sessions(work, NOW)
    assert await watermark(work.database, "session ends") == NOW
