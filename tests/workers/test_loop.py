"""The loop: what is fetched, how much at once, and how it stops."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from engine import EngineUnavailable
from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs
from tests.workers.tasks import Tasks, task
from tests.workers.worker import Clock, Heard, function, working
from workers.loop import Pace

PACE = Pace(gather=0, backoff=(0.001, 0.002))


async def at_once(_invocation: Invocation) -> Outputs:
    return {"balance": 5}


def waiting_for(event: asyncio.Event, then: Callable[[], None] = lambda: None) -> Attempt:
    async def call(_invocation: Invocation) -> Outputs:
        then()
        await event.wait()
        return {}

    return call


async def test_a_task_is_fetched_run_completed_and_told() -> None:
    tasks, heard = Tasks([task()]), Heard()
    async with working(tasks, function(at_once, Clock()), heard=heard):
        await tasks.until_reported(1)
    assert tasks.reports == [("complete", "t-1", {"balance": 5})]
    assert heard.changed == ["s-1"]
    (called,) = heard.called
    assert (called.function, called.outcome, called.session_id, called.correlation_id, called.activity_id) == (
        "billing.get_balance",
        "succeeded",
        "s-1",
        "c-1",
        "get_balance",
    )


async def test_how_old_an_answer_is_goes_to_the_script_and_is_taken_back_by_a_fresh_one() -> None:
    async def hour_old(invocation: Invocation) -> Outputs:
        invocation.age = timedelta(hours=1)
        return {"balance": 4}

    name = "stale.billing.get_balance"
    for call, noted in ((hour_old, {"outputs": ["balance"]}), (at_once, None)):
        waiting = task()
        tasks = Tasks([replace(waiting, variables={**waiting.variables, name: {"outputs": []}})])
        async with working(tasks, function(call, Clock())):
            await tasks.until_reported(1)
        [(_, _, outputs)] = tasks.reports
        assert (outputs[name] and {"outputs": outputs[name]["outputs"]}) == noted


async def test_only_declared_functions_are_asked_for() -> None:
    tasks = Tasks([task(1, "billing.unknown"), task(2)])
    async with working(tasks, function(at_once, Clock())):
        await tasks.until_reported(1)
    assert {name for names, _ in tasks.fetched for name in names} == {"billing.get_balance"}
    assert [waiting.id for waiting in tasks.waiting] == ["t-1"]


async def test_fetches_as_many_as_there_are_free_slots() -> None:
    go = asyncio.Event()
    tasks = Tasks([task(number) for number in range(3)])
    async with working(tasks, function(waiting_for(go), Clock()), pace=Pace(concurrency=5, gather=0)):
        await tasks.until_fetched(2)
        tasks.add(*(task(number) for number in range(3, 10)))
        await asyncio.sleep(0.01)
        assert len(tasks.waiting) == 5
        go.set()
        await tasks.until_reported(10)
    assert [most for _, most in tasks.fetched][:2] == [5, 2]


async def test_a_function_that_has_all_its_slots_does_not_keep_others_waiting() -> None:
    go = asyncio.Event()
    slow = function(waiting_for(go), Clock(), name="billing.slow", limits={"concurrency": 1})
    tasks = Tasks([task(number, "billing.slow") for number in range(1)])
    async with working(tasks, slow, function(at_once, Clock())):
        await tasks.until_fetched(2)
        tasks.add(task(7, "billing.slow"), task(8), task(9))
        await tasks.until_reported(2)
        assert [waiting.topic for waiting in tasks.waiting] == ["billing.slow"]
        go.set()
    assert tasks.fetched[1][0] == ["billing.get_balance"]


async def test_a_single_function_may_use_all_slots_and_goes_on_as_they_become_free() -> None:
    tasks = Tasks([task(number) for number in range(500)])
    async with working(tasks, function(at_once, Clock()), pace=Pace(concurrency=5, gather=0)):
        await tasks.until_reported(500)
    assert max(most for _, most in tasks.fetched) == 5


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_a_function_at_its_limit_goes_on_as_soon_as_a_call_ends(concurrency: int) -> None:
    tasks = Tasks([task(number) for number in range(100)])
    limited = function(at_once, Clock(), limits={"concurrency": concurrency})
    async with working(tasks, limited, pace=Pace(gather=0)):
        await tasks.until_reported(100)


async def test_starts_before_the_engine_and_goes_on_when_it_comes() -> None:
    tasks = Tasks([task()], fetch_troubles=[EngineUnavailable("refused", sent=False) for _ in range(20)])
    async with working(tasks, function(at_once, Clock())):
        await tasks.until_reported(1)
    assert tasks.reports == [("complete", "t-1", {"balance": 5})]
    assert len(tasks.fetched) >= 21


async def test_stopping_lets_running_calls_end_and_gives_back_what_was_not_begun() -> None:
    go = asyncio.Event()
    tasks = Tasks([task(1)])
    async with working(tasks, function(waiting_for(go, go.set), Clock())) as stop:
        await tasks.until_fetched(2)
        stop.set()
        tasks.add(task(2))
    assert sorted(tasks.reports) == [("complete", "t-1", {}), ("unlock", "t-2")]


@pytest.mark.parametrize(
    ("effect", "given_back"),
    [({"effect": "read"}, True), ({"effect": "irreversible", "idempotency_header": "K"}, False)],
)
async def test_what_outlasts_the_grace_is_cut_off(effect: dict[str, str], given_back: bool) -> None:
    tasks = Tasks([task(1)])
    endless = function(waiting_for(asyncio.Event()), Clock(), **effect)
    async with working(tasks, endless, pace=Pace(gather=0, grace=0.01)):
        await tasks.until_fetched(2)
    # A call that may have happened keeps its lock: nobody may begin it again at once.
    assert tasks.reports == ([("unlock", "t-1")] if given_back else [])


async def test_a_defect_of_ours_is_an_incident_and_the_worker_goes_on() -> None:
    async def broken(_invocation: Invocation) -> Outputs:
        raise ZeroDivisionError("secret of a customer")

    tasks = Tasks([task(1), task(2)])
    async with working(tasks, function(broken, Clock())):
        await tasks.until_reported(2)
    message = "billing.get_balance: internal error ZeroDivisionError"
    assert tasks.reports == [("failure", "t-1", message, 0), ("failure", "t-2", message, 0)]


async def test_many_tasks_run_at_the_same_time() -> None:
    arrived: list[int] = []
    all_here = asyncio.Event()

    async def meeting(_invocation: Invocation) -> Outputs:
        arrived.append(1)
        if len(arrived) == 50:
            all_here.set()
        await all_here.wait()
        return {}

    tasks = Tasks([task(number) for number in range(50)])
    async with working(tasks, function(meeting, Clock())):
        await tasks.until_reported(50)
    assert len(arrived) == 50
