"""Functions whose answer comes later: ordered once, then the task waits, and no worker with it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from engine import ExternalTask
from functions.context import Context
from functions.outcome import Ending, Failed, Ordered, Outcome, Succeeded
from functions.pins import PROPERTY
from functions.runner import RunnableFunction
from functions.source import Source
from runtime import logs
from store.awaited_answers import AwaitedAnswer, Standing
from store.errors import StoreError
from workers.ports import AwaitedAnswers

_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Orders:
    """Places orders, each with a callback address of its own.

    Attributes:
        answers: where it is written down that an answer will come.
        callbacks: base URL of callback addresses.
        arrived: is told that an answer has been there before its order was looked at again.
    """

    answers: AwaitedAnswers
    callbacks: str
    arrived: Callable[[], None]

    async def place(self, task: ExternalTask, function: RunnableFunction, context: Context) -> Outcome:
        """Order, unless an earlier run of the task has: then go on waiting, or say that the time is over.

        The order is written down before the system is asked, so that no answer can come too early.
        """
        name = function.declaration.name
        try:
            standing = await self.answers.take_over(task.id, task.worker_id)
            if standing is not None:
                return _without_a_call(self._go_on(standing, function))
            token = secrets.token_urlsafe(32)
            await self.answers.expect(_awaited(token, task, function, context))
        except StoreError:
            message = f"{name}: not ordered, because it can't be written down before"
            return _without_a_call(Failed("store", message, may_pass=True))
        address = f"{self.callbacks}/{function.declaration.whom}/{token}"
        return await function.run(task.variables, replace(context, callback_url=address))

    def _go_on(self, standing: Standing, function: RunnableFunction) -> Ending:
        if standing.has_come:
            self.arrived()
            return Ordered(timedelta())
        return Ordered(standing.left) if standing.left > timedelta() else function.unanswered()

    async def end(self, task_id: str) -> None:
        """Expect no answer for a task any more."""
        try:
            await self.answers.end(task_id)
        except StoreError as error:
            # It is forgotten when its time is over; a task that a person retries before goes on waiting till then.
            _log.warning("order_not_ended", task=task_id, error=str(error))


def _awaited(token: str, task: ExternalTask, function: RunnableFunction, context: Context) -> AwaitedAnswer:
    answer = function.declaration.answer
    assert answer is not None  # noqa: S101 - asked of such functions alone
    return AwaitedAnswer(
        token=token,
        system=function.declaration.whom,
        function=function.declaration.name,
        pin=task.extension_properties.get(PROPERTY),
        task_id=task.id,
        worker_id=task.worker_id,
        session_id=task.business_key,
        activity_id=task.activity_id,
        correlation_id=context.correlation_id,
        within=answer.callback.within,
    )


def _without_a_call(ending: Ending) -> Outcome:
    source = Source.VALUE if isinstance(ending, Succeeded) else Source.CALL
    return Outcome(ending, attempts=0, seconds=0.0, source=source)
