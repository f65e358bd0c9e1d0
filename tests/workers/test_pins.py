"""Tasks whose release has pinned a function: the loop reads the pin and what it needs, and finds nothing out twice."""

from dataclasses import replace

from engine import ExternalTask
from functions.invocation import Invocation
from functions.outcome import Outputs
from functions.pins import PROPERTY, Pin
from functions.runner import RunnableFunction, Runs
from tests.functions.declared import ACCOUNT, declared
from tests.workers.tasks import Tasks, task
from tests.workers.worker import Clock, working, working_with

OLD = declared(
    inputs=[{"name": "line", "type": "string", "required": True}],
    call={"http": {"method": "GET", "path": "/{line}"}},
)
NEW = declared()
PIN = Pin.of(OLD, {}).text()


async def echo(invocation: Invocation) -> Outputs:
    return invocation.inputs


def function() -> RunnableFunction:
    """Today's function; whatever is pinned is the old one."""
    runs = Runs(Clock())
    return RunnableFunction(NEW, echo, runs, lambda _pin: RunnableFunction(OLD, echo, runs))


def pinned(number: int) -> ExternalTask:
    return replace(task(number, account=ACCOUNT, line="7"), extension_properties={PROPERTY: PIN, "name_en": "x"})


async def test_a_task_whose_pin_needs_more_variables_comes_again_with_them() -> None:
    tasks = Tasks([pinned(1), pinned(2)])
    async with working(tasks, function()):
        await tasks.until_reported(2)
        assert tasks.reports == [("unlock", "t-1"), ("unlock", "t-2")]
        tasks.add(pinned(1), pinned(2))
        await tasks.until_reported(4)
        tasks.add(pinned(3))
        await tasks.until_reported(5)
    assert tasks.reports[2:] == [("complete", f"t-{number}", {"line": "7"}) for number in (1, 2, 3)]


async def test_tasks_of_both_contracts_run_beside_each_other() -> None:
    tasks = Tasks([pinned(1)])
    async with working(tasks, function()):
        await tasks.until_reported(1)
        tasks.add(pinned(1), task(2, account=ACCOUNT))
        await tasks.until_reported(3)
    assert sorted(tasks.reports[1:]) == [
        ("complete", "t-1", {"line": "7"}),
        ("complete", "t-2", {"account": ACCOUNT}),
    ]


async def test_a_change_between_asking_and_answering_costs_no_incident() -> None:
    tasks, functions = Tasks(), {NEW.name: RunnableFunction(OLD, echo, Runs(Clock()))}
    async with working_with(tasks, lambda: functions):
        await tasks.until_fetched(1)
        functions[NEW.name] = function()
        tasks.add(task(1, account=ACCOUNT))
        await tasks.until_reported(1)
        tasks.add(task(1, account=ACCOUNT))
        await tasks.until_reported(2)
    assert tasks.reports == [("unlock", "t-1"), ("complete", "t-1", {"account": ACCOUNT})]
