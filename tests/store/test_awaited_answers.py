import asyncio
import secrets
from datetime import timedelta

import pytest

from store.awaited_answers import AwaitedAnswer, AwaitedAnswers
from store.database import Database


@pytest.fixture
async def answers(database: Database) -> AwaitedAnswers:
    await database.fetch_one("TRUNCATE awaited_answers")
    return AwaitedAnswers(database)


def _awaited(token: str, task_id: str = "task", within: timedelta = timedelta(minutes=1)) -> AwaitedAnswer:
    return AwaitedAnswer(token, "line", "line.measure", None, task_id, "worker-1", "s-1", "measure", "c-1", within)


async def test_an_answer_is_received_by_its_token_and_taken_once(answers: AwaitedAnswers) -> None:
    token = secrets.token_urlsafe()
    await answers.expect(_awaited(token))
    assert not await answers.receive("line", token + "x", {})
    assert not await answers.receive("billing", token, {}), "another system's callback address"
    assert await answers.take(10) == []
    assert await answers.receive("line", token, {"качество": 5})
    taken = await asyncio.gather(*(answers.take(10) for _ in range(4)))
    [received] = [answer for batch in taken for answer in batch]
    assert (received.task_id, received.worker_id, received.body) == ("task", "worker-1", {"качество": 5})
    assert received.waited >= timedelta(0)


async def test_the_first_answer_counts(answers: AwaitedAnswers) -> None:
    token = secrets.token_urlsafe()
    await answers.expect(_awaited(token))
    assert await answers.receive("line", token, 1)
    assert await answers.receive("line", token, 2)
    [received] = await answers.take(10)
    assert received.body == 1


async def test_a_task_tried_again_waits_under_its_new_token(answers: AwaitedAnswers) -> None:
    old, new = secrets.token_urlsafe(), secrets.token_urlsafe()
    await answers.expect(_awaited(old))
    await answers.expect(_awaited(new))
    assert not await answers.receive("line", old, {})
    assert await answers.receive("line", new, {})


async def test_what_a_dead_worker_had_taken_is_taken_again(answers: AwaitedAnswers, database: Database) -> None:
    token = secrets.token_urlsafe()
    await answers.expect(_awaited(token))
    await answers.receive("line", token, None)
    assert len(await answers.take(10)) == 1
    assert await answers.take(10) == []
    await database.fetch_one("UPDATE awaited_answers SET claimed_until = now() - interval '1 second'")
    assert len(await answers.take(10)) == 1


async def test_who_locks_the_task_next_waits_in_place_of_the_first(answers: AwaitedAnswers) -> None:
    token = secrets.token_urlsafe()
    await answers.expect(_awaited(token))
    standing = await answers.take_over("task", "worker-2")
    assert standing is not None
    assert not standing.has_come
    assert timedelta(0) < standing.left <= timedelta(minutes=1)
    await answers.receive("line", token, {})
    assert [taken.worker_id for taken in await answers.take(10)] == ["worker-2"]


async def test_an_answer_that_a_dead_worker_had_taken_is_there_for_who_locks_the_task_next(
    answers: AwaitedAnswers,
) -> None:
    token = secrets.token_urlsafe()
    await answers.expect(_awaited(token))
    await answers.receive("line", token, {})
    await answers.take(10)
    standing = await answers.take_over("task", "worker-2")
    assert standing is not None
    assert standing.has_come
    assert [taken.worker_id for taken in await answers.take(10)] == ["worker-2"]


async def test_time_that_is_over_is_said_to_be(answers: AwaitedAnswers) -> None:
    await answers.expect(_awaited(secrets.token_urlsafe(), within=timedelta(seconds=-1)))
    standing = await answers.take_over("task", "worker-2")
    assert standing is not None
    assert standing.left < timedelta(0)


async def test_what_was_reported_is_forgotten(answers: AwaitedAnswers) -> None:
    await answers.expect(_awaited(secrets.token_urlsafe()))
    await answers.end("task")
    assert await answers.take_over("task", "worker-2") is None
    await answers.expect(_awaited(secrets.token_urlsafe(), within=timedelta(hours=-2)))
    assert await answers.forget_old() == 1
