"""A start form is the first step; the engine starts with its answers, whatever dies in between."""

import asyncio

import pytest

from background.reconciliation import end_unstarted
from background.work import Work
from store.erasures import Erasures
from store.idempotency import IdempotentAnswers
from store.sessions import Sessions, SessionState
from tests.eventually import eventually
from tests.script_set.walker import Json, Walker, keys, problem


def _work(walker: Walker) -> Work:
    database = walker.database
    return Work(database, walker.engine, Sessions(database), IdempotentAnswers(database), Erasures(database))


async def _start(walker: Walker, script: str = "set_start_form", **variables: str) -> Json:
    await walker.publish(script)
    return await walker.start(script, **variables)


async def test_a_session_begins_with_its_start_form_and_the_engine_with_the_answers(walker: Walker) -> None:
    session = await _start(walker, city="Тверь")
    step = session["step"]
    assert (session["state"], step["key"], step["name"]) == ("active", "begin", "Who calls?")
    assert (step["hint"], step["data"]) == ("Ask before anything else.", {"city": "Тверь"})
    assert await walker.instances(session) == []
    assert (await walker.read(session))["steps"] == session["steps"]
    refused = await walker.submit(session, {"name": "x" * 21})
    assert (problem(refused), list(refused.json()["errors"])) == ((422, "answers-invalid"), ["name"])
    session = await walker.answer(session, {"name": "Анна"})
    assert (keys(session), session["step"]["name"]) == (["greet"], "Greet Анна")
    [visited] = session["step"]["visited"]
    assert (visited["key"], visited["back"]["allowed"]) == ("begin", False)
    assert (await walker.answer(session))["result"] == {"end": "end", "variables": {"name": "Анна"}}
    kinds = [event["type"] for event in await walker.history(session)]
    assert kinds[:2] == ["session_started", "answer_given"]


async def test_a_script_may_end_right_after_its_start_form(walker: Walker) -> None:
    session = await walker.answer(await _start(walker), {"name": "nobody"})
    assert (session["state"], session["result"]["end"]) == ("ended", "nobody")


async def test_a_generated_start_form_gives_the_engine_its_types(walker: Walker) -> None:
    session = await _start(walker, "set_start_generated")
    session = await walker.answer(session, {"day": "2026-12-25", "count": 2})
    assert session["step"]["data"] == {"day": "2026-12-25"}
    assert (await walker.answer(session, {"day": None}))["state"] == "ended"


async def test_of_two_that_answer_at_once_one_starts_it(walker: Walker) -> None:
    session = await _start(walker)
    answers = await asyncio.gather(*(walker.submit(session, {"name": name}) for name in ("a", "b")))
    assert sorted(response.status_code for response in answers) == [200, 409]
    assert len(await walker.instances(session)) == 1


async def test_a_session_that_waits_at_its_start_form_can_be_cancelled(walker: Walker) -> None:
    session = await _start(walker)
    await walker.cancel(session)
    assert problem(await walker.submit(session, {"name": "a"})) == (410, "session-ended")


async def test_typed_input_is_kept_at_a_start_form(walker: Walker) -> None:
    session = await _start(walker)
    body = {"step": session["step"]["id"], "answers": {"name": "Ан"}}
    response = await walker.api.put(f"/sessions/{session['id']}/input", json=body)
    assert response.status_code == 200, response.text
    assert (await walker.read(session))["step"]["input"]["answers"] == {"name": "Ан"}


@pytest.mark.parametrize("engine_has_started", [True, False])
async def test_a_start_that_was_killed_between_answer_and_record_is_completed(
    walker: Walker, engine_has_started: bool
) -> None:
    session = await _start(walker)
    await walker.answer_start_as_if_killed(session, {"name": "Анна"}, engine_has_started=engine_has_started)
    assert (await walker.read(session))["state"] == ("active" if engine_has_started else "working")
    await end_unstarted(_work(walker))

    async def greeted() -> Json | None:
        now = await walker.read(session)
        return now if keys(now) == ["greet"] else None

    assert (await eventually(greeted))["step"]["name"] == "Greet Анна"
    assert len(await walker.instances(session)) == 1

    async def recorded() -> bool:
        return (await walker.stored(session)).state is SessionState.RUNNING

    assert await eventually(recorded)


async def test_a_start_that_somebody_is_at_is_left_to_him(walker: Walker) -> None:
    session = await _start(walker)
    await walker.answer_start_as_if_killed(session, {"name": "Анна"}, engine_has_started=False, long_ago=False)
    await end_unstarted(_work(walker))
    assert await walker.instances(session) == []


async def test_an_unanswered_start_form_is_not_cancelled_before_its_time(walker: Walker) -> None:
    session = await _start(walker)
    await walker.age(session, minutes=5)
    await end_unstarted(_work(walker))
    assert (await walker.read(session))["state"] == "active"
    await walker.age(session, minutes=60 * 25)
    await end_unstarted(_work(walker))

    async def cancelled() -> bool:
        return bool((await walker.read(session))["state"] == "cancelled")

    assert await eventually(cancelled)
