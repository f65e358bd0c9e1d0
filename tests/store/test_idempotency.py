import asyncio
import secrets
from uuid import uuid4

import pytest

from store.database import Database
from store.idempotency import Answered, Fresh, IdempotentAnswers, InProgress, Mismatch


@pytest.fixture
def key() -> str:
    return secrets.token_hex(8)


@pytest.fixture
def answers(database: Database) -> IdempotentAnswers:
    return IdempotentAnswers(database)


async def test_of_many_at_once_one_is_carried_out(answers: IdempotentAnswers, key: str) -> None:
    session = uuid4()
    claims = await asyncio.gather(*(answers.begin("key:a", key, b"d", session) for _ in range(8)))
    assert sorted(type(claim).__name__ for claim in claims) == ["Fresh"] + ["InProgress"] * 7


async def test_a_repetition_gets_the_stored_answer(answers: IdempotentAnswers, key: str) -> None:
    session = uuid4()
    await answers.begin("key:a", key, b"d", session)
    await answers.finish("key:a", key, status=200, body={"state": "ended"})
    assert await answers.begin("key:a", key, b"d", uuid4()) == Answered(200, {"state": "ended"}, session)


async def test_another_request_under_the_same_key_is_noticed(answers: IdempotentAnswers, key: str) -> None:
    await answers.begin("key:a", key, b"d", uuid4())
    assert await answers.begin("key:a", key, b"other", uuid4()) == Mismatch()


async def test_keys_of_other_principals_do_not_count(answers: IdempotentAnswers, key: str) -> None:
    session = uuid4()
    await answers.begin("key:a", key, b"d", uuid4())
    assert await answers.begin("key:b", key, b"d", session) == Fresh(session)


async def test_a_released_key_is_free_for_a_new_session(answers: IdempotentAnswers, key: str) -> None:
    again = uuid4()
    await answers.begin("key:a", key, b"d", uuid4())
    await answers.release("key:a", key)
    assert await answers.begin("key:a", key, b"d", again) == Fresh(again)


async def test_a_key_handed_over_goes_on_with_the_same_session(answers: IdempotentAnswers, key: str) -> None:
    session = uuid4()
    await answers.begin("key:a", key, b"d", session)
    await answers.hand_over("key:a", key)
    assert await answers.begin("key:a", key, b"d", uuid4()) == Fresh(session)
    assert await answers.begin("key:a", key, b"d", uuid4()) == InProgress()


async def test_what_a_dead_process_began_is_taken_over(
    answers: IdempotentAnswers, database: Database, key: str
) -> None:
    session = uuid4()
    await answers.begin("key:a", key, b"d", session)
    await database.fetch_one(
        "UPDATE idempotent_answers SET started_at = now() - interval '31 seconds' WHERE key = %s", (key,)
    )
    assert await answers.begin("key:a", key, b"d", uuid4()) == Fresh(session)


async def test_answers_are_forgotten_after_a_day(answers: IdempotentAnswers, database: Database, key: str) -> None:
    await answers.begin("key:a", key, b"d", uuid4())
    await database.fetch_one(
        "UPDATE idempotent_answers SET started_at = now() - interval '25 hours' WHERE key = %s", (key,)
    )
    assert await answers.forget_old() >= 1
    fresh = uuid4()
    assert await answers.begin("key:a", key, b"other", fresh) == Fresh(fresh)


@pytest.mark.parametrize(
    ("state", "has_begun"), [(None, False), ("starting", True), ("ended", True), ("cancelled", False)]
)
async def test_whether_a_session_was_begun_under_a_key(
    database: Database, key: str, state: str | None, has_begun: bool
) -> None:
    answers, session = IdempotentAnswers(database), uuid4()
    await answers.begin("key:a", key, b"1", session)
    if state is not None:
        await database.fetch_one(
            "INSERT INTO releases (script, number, digest, title, result, created_by)"
            " VALUES ('begun', 1, 'x', 'x', '{}', 'test') ON CONFLICT DO NOTHING"
        )
        await database.fetch_one(
            "INSERT INTO sessions (id, script, release, definition_id, tenant, channel, variables, state,"
            " correlation_id, created_by) VALUES (%s, 'begun', 1, 'd', 'main', 'crm', '{}', %s, 'c', 'key:a')",
            (session, state),
        )
    assert await answers.has_begun("key:a", key) is has_begun
