"""Awaited answers in memory, behind the worker's own interface."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from pydantic import JsonValue

from store.awaited_answers import AwaitedAnswer, ReceivedAnswer, Standing
from store.errors import StoreUnavailable


@dataclass
class AnswersInMemory:
    """One table; ``now`` is moved by the test."""

    away: bool = False
    now: timedelta = timedelta()
    rows: dict[str, tuple[AwaitedAnswer, timedelta]] = field(default_factory=dict)
    bodies: dict[str, JsonValue] = field(default_factory=dict)
    claimed: dict[str, timedelta] = field(default_factory=dict)
    expected: Callable[[AwaitedAnswer], None] = lambda _answer: None

    def receive(self, token: str, body: JsonValue) -> None:
        [answer] = [answer for answer, _ in self.rows.values() if answer.token == token]
        self.bodies[answer.task_id] = body

    async def expect(self, answer: AwaitedAnswer) -> None:
        self._answer_the_call()
        self.rows[answer.task_id] = (answer, self.now)
        self.bodies.pop(answer.task_id, None)
        self.expected(answer)

    async def take_over(self, task_id: str, worker_id: str) -> Standing | None:
        self._answer_the_call()
        if task_id not in self.rows:
            return None
        answer, since = self.rows[task_id]
        self.rows[task_id] = (replace(answer, worker_id=worker_id), since)
        self.claimed.pop(task_id, None)
        return Standing(since + answer.within - self.now, task_id in self.bodies)

    async def take(self, limit: int) -> Sequence[ReceivedAnswer]:
        self._answer_the_call()
        free = [task_id for task_id in self.bodies if self.claimed.get(task_id, self.now) <= self.now][:limit]
        self.claimed.update(dict.fromkeys(free, self.now + timedelta(seconds=30)))
        return [self._received(*self.rows[task_id]) for task_id in free]

    def _received(self, answer: AwaitedAnswer, since: timedelta) -> ReceivedAnswer:
        return ReceivedAnswer(
            system=answer.system,
            function=answer.function,
            pin=answer.pin,
            task_id=answer.task_id,
            worker_id=answer.worker_id,
            session_id=answer.session_id,
            activity_id=answer.activity_id,
            correlation_id=answer.correlation_id,
            body=self.bodies[answer.task_id],
            waited=self.now - since,
        )

    async def end(self, task_id: str) -> None:
        self._answer_the_call()
        self.rows.pop(task_id, None)
        self.bodies.pop(task_id, None)

    def _answer_the_call(self) -> None:
        if self.away:
            raise StoreUnavailable("the database cannot be reached")
