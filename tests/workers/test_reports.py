"""Reports: repeated until it is clear what became of them, never turned into another one."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine import (
    EngineError,
    EngineRejected,
    EngineUnavailable,
    ErrorUncaught,
    LockedTask,
    LockLost,
    NotFound,
    OptimisticLock,
    Value,
    VariableInvalid,
)
from functions.errors import BusinessError, Permanent, Transient
from functions.invocation import Attempt, Invocation
from functions.outcome import Outputs
from tests.workers.tasks import Tasks, task
from tests.workers.worker import Clock, Heard, function, serving


def away(*, sent: bool = True) -> EngineError:
    return EngineUnavailable("no answer", sent=sent)


def rejected(kind: type[EngineRejected], status: int) -> EngineError:
    return kind("words of the engine", status=status)


def giving(outputs: Outputs) -> Attempt:
    async def call(_invocation: Invocation) -> Outputs:
        return outputs

    return call


def raising(error: Exception) -> Attempt:
    async def call(_invocation: Invocation) -> Outputs:
        raise error

    return call


async def reports_after(call: Attempt, *troubles: EngineError) -> tuple[list[Any], Clock, Heard]:
    tasks, clock, heard = Tasks(troubles=list(troubles)), Clock(), Heard()
    serve = serving(tasks, clock, heard)
    async with serve.endings.sending():
        await serve.serve(serve.locks.hold(task()), function(call, clock))
    return tasks.reports, clock, heard


DONE = ("complete", "t-1", {"balance": 5})


@pytest.mark.parametrize(
    "troubles",
    [
        [],
        [away()],
        [away(sent=False)] * 5,
        [rejected(OptimisticLock, 500)] * 3,
        [away(), rejected(OptimisticLock, 500), rejected(EngineRejected, 500)],
    ],
)
async def test_a_report_arrives_in_the_end(troubles: list[EngineError]) -> None:
    reports, clock, heard = await reports_after(giving({"balance": 5}), *troubles)
    assert reports == [DONE]
    assert clock.now < 30
    assert heard.changed == ["s-1"]


@pytest.mark.parametrize("final", [rejected(NotFound, 404), rejected(LockLost, 400)])
@pytest.mark.parametrize("before", [[], [away()]])
async def test_a_task_that_is_ours_no_more_is_left_alone(final: EngineError, before: list[EngineError]) -> None:
    reports, _, heard = await reports_after(giving({}), *before, final)
    assert reports == []
    # It may have been our own report whose answer was lost: who waits for the session is told in any case.
    assert heard.changed == ["s-1"]


async def test_an_engine_that_stays_away_is_asked_until_the_lock_ends_and_no_longer() -> None:
    reports, clock, _ = await reports_after(giving({}), *[away() for _ in range(1000)])
    assert reports == []
    assert clock.now == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(
    ("call", "trouble", "message"),
    [
        (
            giving({"balance": 5}),
            rejected(EngineRejected, 400),
            "billing.get_balance is done, but the script can't go on: 400 : words of the engine",
        ),
        (
            giving({"text": "x" * 5000}),
            VariableInvalid("text", "is longer than 4000 characters"),
            "billing.get_balance is done, but the script can't go on: variable 'text' is longer than 4000 characters",
        ),
        (
            raising(BusinessError("REFUSED", {})),
            rejected(ErrorUncaught, 500),
            "billing.get_balance refused with REFUSED, but the script can't go on: 500 : words of the engine",
        ),
    ],
)
async def test_an_ending_that_the_script_cannot_take_is_an_incident(
    call: Attempt, trouble: EngineError, message: str
) -> None:
    reports, _, _ = await reports_after(call, trouble)
    assert reports == [("failure", "t-1", message, 0)]


class NeverTakesCompletion(Tasks):
    async def complete(self, task: LockedTask, variables: Mapping[str, Value]) -> None:  # noqa: ARG002
        raise rejected(EngineRejected, 500)


async def test_a_refusal_that_lasts_is_an_incident_at_the_end_of_the_lock() -> None:
    # A database that restarts behind the engine looks the same at first.
    tasks, clock = NeverTakesCompletion(), Clock()
    serve = serving(tasks, clock, Heard())
    await serve.serve(serve.locks.hold(task()), function(giving({}), clock))
    (report,) = tasks.reports
    assert report[0] == "failure"
    assert clock.now == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(
    ("error", "report"),
    [
        (BusinessError("REFUSED", {"why": 1}), ("bpmn_error", "t-1", "REFUSED", {"why": 1})),
        (Transient("timeout", "too late"), ("failure", "t-1", "billing.get_balance: too late", 0)),
        (Permanent("400", "billing answered 400"), ("failure", "t-1", "billing.get_balance: billing answered 400", 0)),
    ],
)
async def test_every_ending_has_its_report(error: Exception, report: tuple[object, ...]) -> None:
    reports, _, heard = await reports_after(raising(error))
    assert reports == [report]
    assert heard.changed == ["s-1"]
    assert heard.called[0].outcome == ("refused" if isinstance(error, BusinessError) else "failed")


async def test_a_task_without_a_session_has_nobody_to_tell() -> None:
    tasks, clock, heard = Tasks(), Clock(), Heard()
    serve = serving(tasks, clock, heard)
    async with serve.endings.sending():
        await serve.serve(serve.locks.hold(task(key=None)), function(giving({}), clock))
    assert tasks.reports == [("complete", "t-1", {})]
    assert heard.changed == []
