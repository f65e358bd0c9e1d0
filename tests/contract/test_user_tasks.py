import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine import EngineError, EngineRejected, FormRef, NotFound, OptimisticLock
from tests.contract.ground import Ground, Started, unique


async def test_a_waiting_task_carries_what_a_step_needs(ground: Ground) -> None:
    started = await ground.start("asking", {"имя": "Иван"})
    task = await ground.only_task(started)
    assert (task.key, task.name, task.description) == ("ask", "Спросить лицевой счёт", "Назовите номер")
    assert task.form_ref == FormRef(f"{started.process.key}_ask", "deployment", None)
    assert task.form_key is None
    assert (task.definition_id, task.instance_id) == (started.process.definition_id, started.id)
    assert abs(datetime.now(UTC) - task.created) < timedelta(minutes=1)
    assert task.variables == {"имя": "Иван"}


async def test_a_task_without_a_form_says_so(ground: Ground) -> None:
    started = await ground.start("nesting")
    task = await ground.only_task(started)
    assert (task.form_ref, task.form_key) == (None, None)
    with pytest.raises(EngineRejected) as refused:
        await ground.engine.user_tasks.deployed_form(task.id)
    assert not isinstance(refused.value, NotFound)


async def test_the_deployed_form_is_the_file(ground: Ground) -> None:
    task = await ground.only_task(await ground.start("asking"))
    form = await ground.engine.user_tasks.deployed_form(task.id)
    assert form["components"] == [{"type": "textfield", "key": "account", "label": "Лицевой счёт"}]


async def test_the_task_of_a_called_script_is_found_with_the_callers_variables(ground: Ground) -> None:
    started = await ground.start("nesting", {"сумма": 100})
    task = await ground.only_task(started)
    assert (task.key, task.variables) == ("nested_ask", {"сумма": 100})
    assert task.instance_id != started.id
    await ground.engine.user_tasks.complete(task.id, {"answer": "да"})
    assert await ground.engine.user_tasks.waiting(started.business_key) == []
    ended = await ground.engine.history.instance(started.business_key)
    assert ended is not None
    assert ended.ended is not None


async def test_a_fork_gives_all_of_its_tasks(ground: Ground) -> None:
    started = await ground.start("gathering")
    tasks = await ground.engine.user_tasks.waiting(started.business_key)
    assert {task.key for task in tasks} == {"first", "second"}
    assert tasks[0].created <= tasks[1].created


async def test_completing_returns_the_variables_and_moves_on(ground: Ground) -> None:
    started = await ground.start("asking", {"before": 1})
    task = await ground.only_task(started)
    assert await ground.engine.user_tasks.complete(task.id, {"account": "1234567890"}) == {
        "before": 1,
        "account": "1234567890",
    }
    assert await ground.engine.user_tasks.waiting(started.business_key) == []


async def test_a_step_completed_twice_is_gone_the_second_time(ground: Ground) -> None:
    task = await ground.only_task(await ground.start("asking"))
    await ground.engine.user_tasks.complete(task.id, {})
    with pytest.raises(NotFound):
        await ground.engine.user_tasks.complete(task.id, {})
    with pytest.raises(NotFound):
        await ground.engine.user_tasks.deployed_form(task.id)


@pytest.mark.parametrize("task_id", ["nope", "7f1c0a52-0000-11f0-8c36-02fc00000001", "../task", "a/b", "я я", ""])
async def test_an_unknown_task_is_not_found(ground: Ground, task_id: str) -> None:
    with pytest.raises(NotFound):
        await ground.engine.user_tasks.complete(task_id, {})
    with pytest.raises(NotFound):
        await ground.engine.user_tasks.deployed_form(task_id)


async def test_the_same_task_completed_twice_at_once_is_completed_once(ground: Ground) -> None:
    process = await ground.deploy("asking")

    async def round_of() -> list[object]:
        started = await ground.start(process)
        task_id = (await ground.only_task(started)).id
        outcomes = await _at_once(ground, task_id, task_id)
        ended = await ground.engine.history.instance(started.business_key)
        assert ended is not None
        assert ended.ended is not None
        return outcomes

    await _raced_in(round_of)


async def test_of_two_tasks_before_a_join_completed_at_once_the_raced_one_still_waits(ground: Ground) -> None:
    process = await ground.deploy("gathering")

    async def round_of() -> list[object]:
        started = await ground.start(process)
        first, second = await ground.engine.user_tasks.waiting(started.business_key)
        outcomes = await _at_once(ground, first.id, second.id)
        await _finish(ground, started)
        return outcomes

    await _raced_in(round_of)


async def _at_once(ground: Ground, *task_ids: str) -> list[object]:
    completions = (ground.engine.user_tasks.complete(task_id, {}) for task_id in task_ids)
    return await asyncio.gather(*completions, return_exceptions=True)


async def _finish(ground: Ground, started: Started) -> None:
    """Complete what a race has left, as a caller would."""
    for task in await ground.engine.user_tasks.waiting(started.business_key):
        await ground.engine.user_tasks.complete(task.id, {})
    ended = await ground.engine.history.instance(started.business_key)
    assert ended is not None
    assert ended.ended is not None


async def _raced_in(round_of: Callable[[], Awaitable[list[object]]]) -> None:
    """Repeat until two requests have really met; each round alone must be sound."""
    for _ in range(20):
        outcomes = await round_of()
        errors = [outcome for outcome in outcomes if isinstance(outcome, EngineError)]
        assert len(errors) < 2
        if any(isinstance(error, OptimisticLock) for error in errors):
            return
    pytest.fail("no race in 20 rounds")


async def test_no_tasks_wait_under_an_unknown_business_key(ground: Ground) -> None:
    assert await ground.engine.user_tasks.waiting(unique("session")) == []


@pytest.mark.parametrize("expected", ["the task", "another session's task", "no such task", "no/id"])
async def test_what_is_expected_to_wait_changes_nothing_of_what_is_found(ground: Ground, expected: str) -> None:
    process = await ground.deploy("gathering")
    started, other = await ground.start(process), await ground.start(process)
    user_tasks = ground.engine.user_tasks
    usual = await user_tasks.waiting(started.business_key)
    [*_, elsewhere] = await user_tasks.waiting(other.business_key)
    ids = {"the task": usual[0].id, "another session's task": elsewhere.id}
    assert await user_tasks.waiting(started.business_key, expected=ids.get(expected, expected)) == usual
    await _finish(ground, started)
    await _finish(ground, other)
