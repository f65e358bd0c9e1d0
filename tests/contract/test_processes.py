from datetime import UTC, datetime, timedelta

import pytest

from engine import EngineRejected, InstanceState, NotFound
from tests.contract.ground import Ground, unique


async def test_a_started_instance_is_found_by_its_business_key(ground: Ground) -> None:
    process = await ground.deploy("asking")
    key = unique("session")
    started = await ground.engine.processes.start(process.definition_id, business_key=key, variables={})
    assert (started.definition_id, started.business_key) == (process.definition_id, key)
    assert await ground.engine.processes.find(key) == [started]


async def test_an_instance_is_found_before_those_it_calls(ground: Ground) -> None:
    started = await ground.start("nesting")
    found = await ground.engine.processes.find(started.business_key)
    assert found[0].id == started.id
    [task] = await ground.engine.user_tasks.waiting(started.business_key)
    assert [instance.id for instance in found[1:]] == [task.instance_id]


async def test_nothing_is_found_under_an_unknown_business_key(ground: Ground) -> None:
    assert await ground.engine.processes.find(unique("session")) == []
    assert await ground.engine.history.instance(unique("session")) is None


@pytest.mark.parametrize("definition_id", ["nope", "nope:1:1f0", "../version", "", ".."])
async def test_an_unknown_definition_starts_nothing(ground: Ground, definition_id: str) -> None:
    key = unique("session")
    with pytest.raises(NotFound):
        await ground.engine.processes.start(definition_id, business_key=key, variables={})
    assert await ground.engine.processes.find(key) == []


async def test_history_knows_where_and_when_an_instance_ended(ground: Ground) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    started = await ground.start("asking")
    running = await ground.engine.history.instance(started.business_key)
    assert running is not None
    assert (running.id, running.state, running.ended) == (started.id, InstanceState.ACTIVE, None)
    assert await ground.engine.history.end_event(started.id) is None

    await ground.engine.user_tasks.complete((await ground.only_task(started)).id, {})
    ended = await ground.engine.history.instance(started.business_key)
    assert ended is not None
    assert (ended.id, ended.state, ended.was_cancelled) == (started.id, InstanceState.COMPLETED, False)
    assert ended.ended is not None
    assert before < ended.started <= ended.ended <= datetime.now(UTC)
    assert await ground.engine.history.end_event(started.id) == "end"
    assert ended in await ground.engine.history.ended_since(ended.ended, limit=100)
    assert ended not in await ground.engine.history.ended_since(ended.ended + timedelta(milliseconds=1), limit=100)


async def test_history_gives_the_root_of_nested_instances(ground: Ground) -> None:
    started = await ground.start("nesting")
    root = await ground.engine.history.instance(started.business_key)
    assert root is not None
    assert root.id == started.id


async def test_a_deleted_instance_is_gone_with_those_it_called(ground: Ground) -> None:
    started = await ground.start("nesting")
    await ground.engine.processes.delete(started.id)
    assert await ground.engine.processes.find(started.business_key) == []
    assert await ground.engine.user_tasks.waiting(started.business_key) == []
    cancelled = await ground.engine.history.instance(started.business_key)
    assert cancelled is not None
    assert cancelled.was_cancelled
    with pytest.raises(NotFound):
        await ground.engine.processes.delete(started.id)


async def test_a_deployment_in_use_stays(ground: Ground) -> None:
    started = await ground.start("asking")
    with pytest.raises(EngineRejected):
        await ground.engine.deployments.delete(started.process.deployment_id, cascade=False)
    assert await ground.engine.processes.find(started.business_key)
