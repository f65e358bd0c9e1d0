"""Contenders on real tasks in the tests' own engine: few tasks, no comparison."""

from uuid import UUID

import aiohttp
import pytest

from bench.private_stack import FOLDER
from bench.workers.building import Built, build
from bench.workers.contenders import TRIVIAL, contenders
from bench.workers.processes import running
from bench.workers.run import Measuring, Wish
from bench.workers.system import CalledSystem
from bench.workers.tasks import Batch, TasksUnfinished, tasks_in
from stack.running import Running

PYTHON = ["script_manager", "bare_loop", "stock_python"]
OTHERS = ["javascript", "java"]


def test_business_keys_look_like_sessions() -> None:
    batch = Batch(0xABC, 26, 3)
    keys = [batch.business_key(index) for index in range(batch.size)]
    assert len({UUID(key) for key in keys}) == 3
    assert all(key.startswith("00000abc-001a-") for key in keys)


@pytest.mark.parametrize("run", [0, 2**32 - 1])
def test_accounts_are_ten_digits_and_all_different(run: int) -> None:
    accounts = {Batch(run, number, 1000).account(index) for number in range(1, 100) for index in (0, 1, 999)}
    assert len(accounts) == 99 * 3
    assert all(len(account) == 10 and account.isdecimal() for account in accounts)


async def test_called_system_is_as_slow_as_it_is_told_and_counts() -> None:
    system = CalledSystem()
    async with system.serving(), aiohttp.ClientSession() as client:
        for milliseconds in (0, 30):
            async with client.get(f"{system.url(milliseconds)}/accounts/1000000001") as response:
                assert (await response.json())["balance"]["amount"] == -12_550
    assert system.calls == 2


async def measure(stack: Running, names: list[str], built: Built) -> None:
    system, said = CalledSystem(), list[str]()
    async with system.serving(), tasks_in(stack) as tasks:
        chosen = [each for each in contenders(TRIVIAL, stack, system.url(0), built) if each.name in names]
        assert [each.name for each in chosen] == names
        async with running(chosen, stack.folder.logs) as started:
            measured = await Measuring(Wish(20, 1), TRIVIAL, tasks, said.append).all(started)
    assert [(each.contender, each.tasks) for each in measured] == [(name, 20) for name in names]
    assert all(each.per_second > 0 for each in measured)
    assert sum(each.cpu for each in measured) > 0  # that of one with few tasks may be less than a tick
    assert system.calls == 2 * 20 * len(names)  # once to warm up, once measured
    assert len(said) == 1 + len(names)


@pytest.mark.long
async def test_python_contenders_do_all_tasks(stack: Running) -> None:
    await measure(stack, PYTHON, Built(["node"], ["java"]))


@pytest.mark.long
async def test_the_other_contenders_do_all_tasks(stack: Running) -> None:
    await measure(stack, OTHERS, build(lambda _done, _total: None))
    assert FOLDER.is_dir()


async def test_tasks_that_nobody_does_are_not_waited_for_in_vain(stack: Running) -> None:
    async with tasks_in(stack) as tasks:
        batch = await tasks.make("bench_nobody", 2)
        with pytest.raises(TasksUnfinished, match="0 of 2 tasks"):
            await tasks.completed(batch, patience=0)
