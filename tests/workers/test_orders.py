"""Functions whose answer comes later: ordered once, awaited by nobody in particular, reported by anybody."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import JsonValue

from engine import EngineUnavailable, ExternalTask, LockLost, NotFound
from feel import Evaluator
from functions.errors import BusinessError, FunctionError, Transient
from functions.invocation import Invocation
from functions.mapping import AnswerMapping
from functions.outcome import Outputs
from functions.runner import RunnableFunction, Runs
from tests.functions.declared import declared
from tests.workers.answers_in_memory import AnswersInMemory
from tests.workers.tasks import Tasks, task
from tests.workers.worker import Clock, Heard, serving
from workers.arrivals import Arrivals
from workers.endings import ORDER_RESERVE
from workers.orders import Orders

WITHIN = timedelta(seconds=60)
MEASURE: dict[str, Any] = {
    "name": "line.measure",
    "inputs": [],
    "call": {"http": {"method": "POST", "path": "/orders", "body": {"to": "callback_url"}}},
    "answer": {"callback": {"within": "60s"}},
    "outputs": {"quality": {"value": "response.quality", "type": "integer", "required": True}},
    "errors": [{"when": 'response.error = "NO_LINE"', "bpmn_error": "NO_LINE"}],
}
EXTENDED = ("extend_lock", "t-1", WITHIN + ORDER_RESERVE)


@dataclass
class Ground:
    """A worker's parts around tasks, answers and a system that are the test's."""

    tasks: Tasks = field(default_factory=Tasks)
    clock: Clock = field(default_factory=Clock)
    heard: Heard = field(default_factory=Heard)
    answers: AnswersInMemory = field(default_factory=AnswersInMemory)
    come: asyncio.Event = field(default_factory=asyncio.Event)
    fields: Mapping[str, Any] = field(default_factory=dict)
    ordered: list[str] = field(default_factory=list)
    troubles: list[FunctionError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.orders = Orders(self.answers, "http://facade/callbacks", self.come.set)
        self.serving = serving(self.tasks, self.clock, self.heard, self.orders)
        function = declared(**{**MEASURE, **self.fields})
        later = AnswerMapping(function, Evaluator())
        self.function = RunnableFunction(function, self._order, Runs(self.clock), later=later)
        self.arrivals = Arrivals(
            self.answers, lambda: {"line.measure": self.function}, self.serving.endings, self.orders, self.come
        )

    async def _order(self, invocation: Invocation) -> Outputs:
        self.ordered.append(invocation.context.callback_url or "nowhere")
        if self.troubles:
            raise self.troubles.pop(0)
        return {}

    @property
    def token(self) -> str:
        return self.ordered[-1].rpartition("/")[2]

    async def serve(self, served: ExternalTask | None = None) -> None:
        held = self.serving.locks.hold(served or task(topic="line.measure"))
        await self.serving.serve(held, self.function)


@asynccontextmanager
async def ground(**fields: Any) -> AsyncIterator[Ground]:
    made = Ground(fields=fields)
    async with made.serving.endings.sending():
        yield made


async def test_an_order_leaves_the_task_locked_and_its_answer_completes_it() -> None:
    async with ground() as here:
        await here.serve()
        assert here.tasks.reports == [EXTENDED]
        assert here.ordered[0].startswith("http://facade/callbacks/billing/")
        assert len(here.token) >= 43, "256 bits"
        here.answers.now = timedelta(seconds=7)
        here.answers.receive(here.token, {"quality": 5})
        assert await here.arrivals.take() == 1
        assert here.tasks.reports[1:] == [("complete", "t-1", {"quality": 5})]
        assert here.answers.rows == {}
    assert [(event.outcome, event.source, event.attempts) for event in here.heard.called] == [
        ("ordered", "call", 0),
        ("succeeded", "callback", 0),
    ]
    assert here.heard.called[1].duration_ms == 7000
    assert set(here.heard.changed) == {"s-1"}


async def test_an_answer_that_is_quicker_than_the_order_counts() -> None:
    async with ground() as here:
        here.answers.expected = lambda answer: here.answers.receive(answer.token, {"quality": 1})
        await here.serve()
        here.tasks.reports.clear()
        await here.arrivals.take()
        assert here.tasks.reports == [("complete", "t-1", {"quality": 1})]


@pytest.mark.parametrize(
    ("trouble", "report"),
    [
        (BusinessError("NO_LINE", {}), ("bpmn_error", "t-1", "NO_LINE", {})),
        (Transient("503", "line is down"), ("failure", "t-1", "line.measure: line is down", 0)),
    ],
)
async def test_an_order_that_was_not_taken_ends_as_any_call_and_is_placed_anew_later(
    trouble: FunctionError, report: tuple[Any, ...]
) -> None:
    async with ground() as here:
        here.troubles.append(trouble)
        await here.serve()
        assert here.tasks.reports == [report]
        assert here.answers.rows == {}
        await here.serve()
        assert here.tasks.reports[1:] == [EXTENDED]


@pytest.mark.parametrize(
    ("body", "report"),
    [
        ({"error": "NO_LINE"}, ("bpmn_error", "t-1", "NO_LINE", {})),
        (
            {"quality": "good"},
            ("failure", "t-1", "line.measure: output quality is not an integer in the answer of billing", 0),
        ),
        (None, ("failure", "t-1", "line.measure: output quality is missing in the answer of billing", 0)),
        ("five", ("failure", "t-1", "line.measure: output quality is missing in the answer of billing", 0)),
    ],
)
async def test_an_answer_may_refuse_or_make_no_sense(body: JsonValue, report: tuple[Any, ...]) -> None:
    async with ground() as here:
        await here.serve()
        here.answers.receive(here.token, body)
        await here.arrivals.take()
        assert here.tasks.reports[1:] == [report]
        assert here.answers.rows == {}


async def test_the_task_of_a_dead_worker_is_waited_for_and_not_ordered_again() -> None:
    async with ground() as here:
        await here.serve()
        here.answers.now = timedelta(seconds=40)
        await here.serve(replace(task(topic="line.measure"), worker_id="another"))
        assert len(here.ordered) == 1
        assert here.tasks.reports[1:] == [("extend_lock", "t-1", timedelta(seconds=20) + ORDER_RESERVE)]
        here.answers.receive(here.token, {"quality": 3})
        [taken] = await here.answers.take(9)
        assert taken.worker_id == "another"


async def test_an_answer_that_a_dead_worker_had_taken_is_reported_under_the_new_lock() -> None:
    async with ground() as here:
        await here.serve()
        here.answers.receive(here.token, {"quality": 3})
        await here.answers.take(9)  # and dies
        here.answers.now = WITHIN * 2
        await here.serve(replace(task(topic="line.measure"), worker_id="another"))
        assert here.come.is_set()
        await here.arrivals.take()
        assert here.tasks.reports[1:] == [("extend_lock", "t-1", ORDER_RESERVE), ("complete", "t-1", {"quality": 3})]
        assert len(here.ordered) == 1


async def test_when_the_time_is_over_a_person_decides_and_a_retry_orders_again() -> None:
    async with ground(fallback={"manual": "quality.form"}) as here:
        await here.serve()
        here.answers.now = WITHIN
        await here.serve()
        assert here.tasks.reports[1:] == [
            ("failure", "t-1", "line.measure: billing has not given its answer in time", 0)
        ]
        assert len(here.ordered) == 1
        await here.serve()
        assert len(set(here.ordered)) == 2
        assert here.tasks.reports[-1] == EXTENDED


async def test_when_the_time_is_over_a_declared_value_takes_the_place_of_the_answer() -> None:
    async with ground(fallback={"value": {"quality": 0}}) as here:
        await here.serve()
        here.answers.now = WITHIN
        await here.serve()
        assert here.tasks.reports[1:] == [("complete", "t-1", {"quality": 0})]
        assert here.answers.rows == {}
    assert here.heard.called[-1].source == "value"


async def test_what_can_not_be_written_down_is_not_ordered() -> None:
    async with ground() as here:
        here.answers.away = True
        await here.serve()
        assert here.ordered == []
        assert here.tasks.reports == [
            ("failure", "t-1", "line.measure: not ordered, because it can't be written down before", 0)
        ]


async def test_an_answer_waits_for_an_engine_that_is_away() -> None:
    async with ground() as here:
        await here.serve()
        here.answers.receive(here.token, {"quality": 5})
        here.tasks.troubles = [EngineUnavailable("no answer", sent=True)] * 1000
        await here.arrivals.take()
        assert here.answers.rows, "it is not forgotten"
        here.tasks.troubles.clear()
        assert await here.arrivals.take() == 0, "it was taken a moment ago"
        here.answers.now = timedelta(seconds=31)
        assert await here.arrivals.take() == 1
        assert here.tasks.reports[1:] == [("complete", "t-1", {"quality": 5})]


@pytest.mark.parametrize(
    ("trouble", "forgotten"),
    [(NotFound("gone", status=404), True), (LockLost("another has it", status=400), False)],
)
async def test_an_answer_for_a_task_that_is_gone_is_forgotten_and_for_one_of_another_worker_is_not(
    trouble: Any, forgotten: bool
) -> None:
    async with ground() as here:
        await here.serve()
        here.answers.receive(here.token, {"quality": 5})
        here.tasks.troubles = [trouble]
        await here.arrivals.take()
        assert (here.answers.rows == {}) is forgotten


async def test_answers_are_taken_as_they_come_and_after_a_while_without_a_word() -> None:
    async with ground() as here:
        await here.serve()
        async with here.arrivals.taking(look_again=0.01):
            here.answers.receive(here.token, {"quality": 5})
            await here.tasks.until_reported(2)
            await here.serve(task(2, topic="line.measure"))
            here.answers.receive(here.token, {"quality": 6})
            here.come.set()
            await here.tasks.until_reported(4)
    assert [report[:2] for report in here.tasks.reports] == [
        ("extend_lock", "t-1"),
        ("complete", "t-1"),
        ("extend_lock", "t-2"),
        ("complete", "t-2"),
    ]
