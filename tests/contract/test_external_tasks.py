import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine import EngineUnavailable, ErrorUncaught, ExternalTask, LockLost, NotFound, TopicRequest
from engine.external_tasks import ExternalTasks
from tests.contract.ground import Ground, Started, unique

MINUTE = timedelta(minutes=1)
AT_ONCE = timedelta()


async def _fetch(ground: Ground, topic: str, worker: str = "anna", lock: timedelta = MINUTE) -> list[ExternalTask]:
    topics = [TopicRequest(topic, lock)]
    return await ground.engine.external_tasks.fetch_and_lock(worker, topics, max_tasks=10, long_poll=AT_ONCE)


async def _locked(ground: Ground, worker: str = "anna", lock: timedelta = MINUTE) -> tuple[Started, ExternalTask]:
    started = await ground.start("calling", {"account": "42"})
    [task] = await _fetch(ground, started.process.key, worker, lock)
    return started, task


async def _polling(ground: Ground, worker: str, topic: str) -> asyncio.Task[list[ExternalTask]]:
    """Begin a long poll; the engine most likely holds it when this returns."""
    topics, fetch = [TopicRequest(topic, MINUTE)], ground.engine.external_tasks.fetch_and_lock
    poll = asyncio.create_task(fetch(worker, topics, max_tasks=1, long_poll=MINUTE))
    await ground.engine.version()
    return poll


async def _until_expired(ground: Ground, task: ExternalTask) -> None:
    while datetime.now(UTC) <= task.lock_expires:
        await ground.engine.version()


Report = Callable[[ExternalTasks, ExternalTask], Awaitable[None]]
_REPORTS: dict[str, Report] = {
    "complete": lambda tasks, task: tasks.complete(task, {}),
    "failure": lambda tasks, task: tasks.failure(task, message="m", details="d", retries=1, retry_after=AT_ONCE),
    "bpmn_error": lambda tasks, task: tasks.bpmn_error(task, "REFUSED", "m", {}),
    "extend_lock": lambda tasks, task: tasks.extend_lock(task, MINUTE),
}
_every_report = pytest.mark.parametrize("report", _REPORTS.values(), ids=_REPORTS.keys())


async def test_a_locked_task_carries_what_a_function_needs(ground: Ground) -> None:
    started, task = await _locked(ground)
    assert task == ExternalTask(
        id=task.id,
        topic=started.process.key,
        worker_id="anna",
        business_key=started.business_key,
        process_instance_id=started.id,
        definition_id=started.process.definition_id,
        definition_key=started.process.key,
        activity_id="call",
        retries=None,
        lock_expires=task.lock_expires,
        variables={"account": "42"},
        extension_properties={"revision": "3"},
        tenant_id=None,
        priority=7,
    )
    assert timedelta() < task.lock_expires - datetime.now(UTC) <= MINUTE
    assert await _fetch(ground, started.process.key) == []


@pytest.mark.parametrize(
    ("wanted", "given"), [(None, {"a": 1, "b": 2}), (["b", "c"], {"b": 2}), ([], {})], ids=["all", "some", "none"]
)
async def test_only_wanted_variables_are_given(ground: Ground, wanted: list[str] | None, given: dict[str, int]) -> None:
    started = await ground.start("calling", {"a": 1, "b": 2})
    topic = TopicRequest(started.process.key, MINUTE, variables=wanted, extension_properties=False)
    [task] = await ground.engine.external_tasks.fetch_and_lock("anna", [topic], max_tasks=1, long_poll=AT_ONCE)
    assert (task.variables, task.extension_properties) == (given, {})


async def test_several_topics_are_fetched_at_once_the_oldest_tasks_first(ground: Ground) -> None:
    started = [await ground.start("calling") for _ in range(4)]
    topics = [TopicRequest(one.process.key, MINUTE) for one in reversed(started)]
    tasks = ground.engine.external_tasks
    first = await tasks.fetch_and_lock("anna", topics, max_tasks=3, long_poll=AT_ONCE)
    rest = await tasks.fetch_and_lock("anna", topics, max_tasks=3, long_poll=AT_ONCE)
    assert {task.process_instance_id for task in first} == {one.id for one in started[:3]}
    assert [task.process_instance_id for task in rest] == [started[3].id]


async def test_a_long_poll_wakes_for_a_new_task(ground: Ground) -> None:
    process = await ground.deploy("calling")
    poll = await _polling(ground, unique("worker"), process.key)
    started = await ground.start(process)
    async with asyncio.timeout(20):
        [task] = await poll
    assert task.process_instance_id == started.id


async def test_a_long_poll_wakes_for_an_unlocked_task(ground: Ground) -> None:
    started, task = await _locked(ground)
    worker = unique("worker")
    poll = await _polling(ground, worker, started.process.key)
    await ground.engine.external_tasks.unlock(task)
    async with asyncio.timeout(20):
        [again] = await poll
    assert (again.id, again.worker_id) == (task.id, worker)


async def test_a_long_poll_ends_empty_when_its_time_has_passed(ground: Ground) -> None:
    topics = [TopicRequest(unique("nothing"), MINUTE)]
    tasks = ground.engine.external_tasks
    assert await tasks.fetch_and_lock("anna", topics, max_tasks=1, long_poll=timedelta(milliseconds=50)) == []


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ({}, {None}),
        ({"tenant_ids": ["__contract__"]}, {"__contract__"}),
        ({"tenant_ids": ["another"]}, set()),
        ({"without_tenant_id": False}, {None, "__contract__"}),
    ],
    ids=["without", "its own", "another's", "any"],
)
async def test_tasks_are_filtered_by_tenant(ground: Ground, topic: dict[str, object], found: set[str | None]) -> None:
    plain, tenants = await ground.deploy("calling"), await ground.deploy("calling", tenant_id="__contract__")
    for process in (plain, tenants):
        await ground.start(process)
    topics = [TopicRequest(process.key, MINUTE, **topic) for process in (plain, tenants)]  # type: ignore[arg-type]
    tasks = await ground.engine.external_tasks.fetch_and_lock("anna", topics, max_tasks=5, long_poll=AT_ONCE)
    assert {task.tenant_id for task in tasks} == found


async def test_tasks_are_filtered_by_process(ground: Ground) -> None:
    started = await ground.start("calling")
    tasks = ground.engine.external_tasks
    other = TopicRequest(started.process.key, MINUTE, process_definition_key="another")
    assert await tasks.fetch_and_lock("anna", [other], max_tasks=1, long_poll=AT_ONCE) == []
    own = TopicRequest(started.process.key, MINUTE, process_definition_key=started.process.key)
    assert len(await tasks.fetch_and_lock("anna", [own], max_tasks=1, long_poll=AT_ONCE)) == 1


@_every_report
async def test_a_worker_without_the_lock_is_refused(ground: Ground, report: Report) -> None:
    started, mine = await _locked(ground, "anna", lock=timedelta(milliseconds=1))
    await _until_expired(ground, mine)
    [theirs] = await _fetch(ground, started.process.key, "boris")
    with pytest.raises(LockLost):
        await report(ground.engine.external_tasks, mine)
    await ground.engine.external_tasks.complete(theirs, {})


@_every_report
async def test_a_report_on_an_unlocked_task_is_refused(ground: Ground, report: Report) -> None:
    _, task = await _locked(ground)
    await ground.engine.external_tasks.unlock(task)
    with pytest.raises(LockLost):
        await report(ground.engine.external_tasks, task)


@_every_report
async def test_a_report_on_a_task_that_is_gone_is_not_found(ground: Ground, report: Report) -> None:
    _, task = await _locked(ground)
    await ground.engine.external_tasks.complete(task, {})
    with pytest.raises(NotFound):
        await report(ground.engine.external_tasks, task)
    with pytest.raises(NotFound):
        await ground.engine.external_tasks.unlock(task)
    with pytest.raises(NotFound):
        await ground.engine.external_tasks.retry(task.id)


async def test_a_lock_is_extended_from_now_on(ground: Ground) -> None:
    started, task = await _locked(ground, lock=timedelta(seconds=30))
    await ground.engine.external_tasks.extend_lock(task, timedelta(hours=1))
    [waiting] = await ground.engine.external_tasks.waiting([started.id])
    assert waiting.lock_expires is not None
    assert waiting.lock_expires - datetime.now(UTC) > timedelta(minutes=59)


async def test_an_expired_lock_is_not_extended_but_a_late_report_counts(ground: Ground) -> None:
    started, task = await _locked(ground, lock=timedelta(milliseconds=1))
    await _until_expired(ground, task)
    with pytest.raises(LockLost):
        await ground.engine.external_tasks.extend_lock(task, MINUTE)
    await ground.engine.external_tasks.complete(task, {"late": True})
    assert (await ground.only_task(started)).variables == {"account": "42", "late": True}


async def test_results_reach_the_script(ground: Ground) -> None:
    started, task = await _locked(ground)
    await ground.engine.external_tasks.complete(task, {"balance": -100}, {"local": 1})
    told = await ground.only_task(started)
    assert (told.key, told.variables) == ("tell", {"account": "42", "balance": -100})


async def test_a_bpmn_error_takes_the_branch_that_catches_it(ground: Ground) -> None:
    started, task = await _locked(ground)
    await ground.engine.external_tasks.bpmn_error(task, "REFUSED", "есть неоплаченный", {"why": "долг"})
    refused = await ground.only_task(started)
    assert (refused.key, refused.variables) == ("refused", {"account": "42", "why": "долг"})
    await ground.engine.user_tasks.complete(refused.id, {})
    assert await ground.engine.history.end_event(started.id) == "refused_end"


async def test_a_bpmn_error_that_nothing_catches_leaves_the_task(ground: Ground) -> None:
    started, task = await _locked(ground)
    with pytest.raises(ErrorUncaught):
        await ground.engine.external_tasks.bpmn_error(task, "OTHER", "m", {"why": "долг"})
    await ground.engine.external_tasks.complete(task, {})
    assert (await ground.only_task(started)).variables == {"account": "42"}


async def test_a_failure_with_tries_left_waits_for_its_next_try(ground: Ground) -> None:
    started, task = await _locked(ground)
    tasks = ground.engine.external_tasks
    await tasks.failure(task, message="временно", details="", retries=2, retry_after=timedelta(hours=1))
    [waiting] = await tasks.waiting([started.id])
    assert (waiting.retries, waiting.error_message, waiting.worker_id) == (2, "временно", "anna")
    assert await _fetch(ground, started.process.key) == []

    await tasks.failure(task, message="временно", details="", retries=1, retry_after=AT_ONCE)
    [again] = await _fetch(ground, started.process.key, "boris")
    assert (again.id, again.retries) == (task.id, 1)
    assert await ground.engine.incidents.open([started.id]) == []


async def test_an_incident_ends_with_a_further_try_and_the_script_goes_on(ground: Ground) -> None:
    started, task = await _locked(ground)
    tasks, incidents = ground.engine.external_tasks, ground.engine.incidents
    await tasks.failure(task, message="нет связи " * 100, details="x" * 5000, retries=0, retry_after=AT_ONCE)
    other = await ground.start(started.process)
    [incident] = await incidents.open([started.id, other.id])
    assert (incident.type, incident.activity_id, incident.configuration) == ("failedExternalTask", "call", task.id)
    assert (incident.instance_id, incident.message) == (started.id, ("нет связи " * 100)[:666])
    assert [waiting.retries for waiting in await tasks.waiting([started.id, other.id])] == [0, None]
    assert [found.process_instance_id for found in await _fetch(ground, started.process.key)] == [other.id]

    await tasks.retry(task.id)
    assert await incidents.open([started.id]) == []
    [again] = await _fetch(ground, started.process.key)
    await tasks.complete(again, {})
    assert (await ground.only_task(started)).key == "tell"


async def test_a_task_nobody_has_locked_is_seen_waiting(ground: Ground) -> None:
    started = await ground.start("calling")
    [waiting] = await ground.engine.external_tasks.waiting([started.id])
    assert (waiting.topic, waiting.activity_id, waiting.instance_id) == (started.process.key, "call", started.id)
    assert (waiting.worker_id, waiting.lock_expires, waiting.retries) == (None, None, None)
    assert await ground.engine.external_tasks.waiting([]) == []


async def test_a_long_poll_wakes_for_a_further_try(ground: Ground) -> None:
    started, task = await _locked(ground)
    tasks = ground.engine.external_tasks
    await tasks.failure(task, message="m", details="d", retries=0, retry_after=AT_ONCE)
    poll = await _polling(ground, unique("worker"), started.process.key)
    await tasks.retry(task.id)
    async with asyncio.timeout(20):
        [again] = await poll
    assert (again.id, again.retries) == (task.id, 1)


async def test_a_task_that_a_worker_holds_gets_no_further_try(ground: Ground) -> None:
    _, task = await _locked(ground)
    with pytest.raises(LockLost):
        await ground.engine.external_tasks.retry(task.id)
    await ground.engine.external_tasks.complete(task, {})


async def test_a_worker_has_one_poll_at_a_time(ground: Ground) -> None:
    process, worker = await ground.deploy("calling"), unique("worker")
    polls = [await _polling(ground, worker, process.key) for _ in range(2)]
    replaced, waiting = await asyncio.wait(polls, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    assert [type(poll.exception()) for poll in replaced] == [EngineUnavailable]
    started = await ground.start(process)
    async with asyncio.timeout(20):
        [[task]] = [await poll for poll in waiting]
    assert task.process_instance_id == started.id


async def test_a_failed_task_is_completed_in_place_of_a_worker(ground: Ground) -> None:
    started, task = await _locked(ground)
    tasks = ground.engine.external_tasks
    await tasks.failure(task, message="m", details="d", retries=0, retry_after=AT_ONCE)
    await tasks.complete_in_place_of_a_worker(task.id, {"Ответ": "введён вручную"})
    assert await tasks.waiting([started.id]) == []
    with pytest.raises(NotFound):
        await tasks.complete_in_place_of_a_worker(task.id, {})


async def test_a_task_that_was_taken_from_its_worker_waits_for_a_person(ground: Ground) -> None:
    started, task = await _locked(ground)
    tasks = ground.engine.external_tasks
    poll = await _polling(ground, unique("worker"), started.process.key)
    await tasks.take_from_worker(task.id)
    [waiting] = await tasks.waiting([started.id])
    assert (waiting.retries, waiting.worker_id, waiting.error_message) == (0, None, None)
    for report in (tasks.complete(task, {"late": 1}), tasks.extend_lock(task, timedelta(seconds=5))):
        with pytest.raises(LockLost):
            await report
    other = await ground.start(started.process)
    async with asyncio.timeout(20):
        assert [found.process_instance_id for found in await poll] == [other.id]
    await tasks.complete_in_place_of_a_worker(task.id, {"late": 2})
    with pytest.raises(NotFound):
        await tasks.complete(task, {"late": 3})
    with pytest.raises(NotFound):
        await tasks.take_from_worker(task.id)
    assert (await ground.only_task(started)).variables["late"] == 2


async def test_a_task_that_a_worker_holds_is_not_completed_in_its_place(ground: Ground) -> None:
    started, task = await _locked(ground)
    with pytest.raises(LockLost):
        await ground.engine.external_tasks.complete_in_place_of_a_worker(task.id, {})
    await ground.engine.external_tasks.complete(task, {})
    assert await ground.engine.external_tasks.waiting([started.id]) == []
