"""One case, walked on the engine: its answers go in, its functions' results come from it, what is different is kept."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from engine import Engine, EngineRejected, ExternalTask, UserTask
from engine.errors import NotFound
from feel import Evaluator
from player_api.diagrams.diagrams import Diagrams
from player_api.forms.answers import AnswerChecker, as_json, shown_data
from player_api.forms.errors import AnswersInvalid, FormUnsupported
from player_api.forms.form import Form
from player_api.forms.generated import for_the_engine
from player_api.forms.said import said
from player_api.forms.sentences import Sentences
from player_api.forms.texts import Texts
from player_api.releases.cases.calls import Calls
from player_api.releases.cases.case import Answer, Case, Happening, Message, Timer, Values
from player_api.releases.cases.report import CaseDifference
from player_api.sessions.open_steps import complete, despite_races
from player_api.sessions.steps import StepForms

_PATIENCE = 10.0
"""Seconds without any movement after which a case stands still."""
_SETTLED = 1.0
"""Seconds after which a step that the case does not name is not on the way to another any more."""
_FIRST_LOOK, _SLOWEST_LOOK = 0.02, 0.3
_LANGUAGE = "ru"
Answered = TypeVar("Answered")


@dataclass(frozen=True)
class WalkParts:
    """What every walk takes.

    Attributes:
        engine: where cases run.
        forms: of user tasks.
        answers: checks what a case answers.
        texts: fills in what is said.
    """

    engine: Engine
    forms: StepForms
    answers: AnswerChecker
    texts: Texts

    @classmethod
    def of(cls, engine: Engine, evaluator: Evaluator) -> Self:
        """Compose them."""
        return cls(engine, StepForms(engine, Diagrams(engine)), AnswerChecker(evaluator), Texts(evaluator))


class Stuck(Exception):
    """The case can't go on; what is different has been kept."""


@dataclass
class Walk:
    """A case under way.

    Attributes:
        key: business key of its instances.
        steps: keys of the steps that were answered.
        variables: those that were set, as far as the engine tells of them.
        calls: the functions' side.
        differences: what was not as the case says, calls left out.
    """

    parts: WalkParts
    case: Case
    key: str
    steps: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    differences: list[CaseDifference] = field(default_factory=list)
    calls: Calls = field(init=False)

    def __post_init__(self) -> None:
        self.calls = Calls(self.parts.engine.external_tasks, self.case.functions, self.variables)

    @property
    def report(self) -> list[CaseDifference]:
        """All that was not as the case says."""
        return [*self.calls.differences, *self.differences]

    async def go(self, definition_id: str, fixed: Values) -> None:
        """Walk the case to its end and compare.

        Args:
            definition_id: the definition that it starts.
            fixed: variables that every session has.

        Raises:
            EngineError: the engine can't be reached.
        """
        try:
            happenings = deque(self.case.answers)
            await self._start(definition_id, fixed, happenings)
            while await self._step(happenings):
                pass
        except Stuck:
            return
        await self._compare()

    async def _start(self, definition_id: str, fixed: Values, happenings: deque[Happening]) -> None:
        variables = {**self.case.variables, **fixed}
        self.variables |= variables
        try:
            start = await self.parts.forms.at_start(definition_id)
            if start is None:
                await self.parts.engine.processes.start(definition_id, business_key=self.key, variables=variables)
                return
            given = happenings.popleft() if happenings else None
            if not isinstance(given, Answer) or given.step != start.element:
                raise self._stuck(_mismatch(start.element, given))
            answers = await self._checked(start.form, given, variables)
            self.variables |= answers
            variables |= for_the_engine(start.form, answers)
            await self.parts.engine.processes.start_by_form(definition_id, business_key=self.key, variables=variables)
        except FormUnsupported as error:
            raise self._stuck(CaseDifference.of("form_unsupported", None, reason=error)) from error
        except EngineRejected as error:
            raise self._stuck(CaseDifference.of("engine_refused", None, reason=error)) from error

    async def _step(self, happenings: deque[Happening]) -> bool:
        """Let the next thing happen; False when the script has ended."""
        began, pause = time.monotonic(), _FIRST_LOOK
        while True:
            self.calls.moved.clear()
            wanted = happenings[0] if happenings else None
            tasks = await self.parts.engine.user_tasks.waiting(self.key)
            if await self._happens(wanted, tasks):
                happenings.popleft()
                return True
            instances = await self._instances()
            if not instances:
                if wanted is None:
                    return False
                raise self._stuck(_missed(wanted))
            if self.calls.is_stuck:
                raise Stuck
            waited = time.monotonic() - began
            if waited > _SETTLED and tasks:
                raise self._stuck(_mismatch(tasks[0].key, wanted))
            if waited > _PATIENCE:
                places = [token.element for instance in instances for token in await self._tokens(instance)]
                raise self._stuck(_still(places, wanted))
            began = time.monotonic() if await self._movement(pause) else began
            pause = min(_SLOWEST_LOOK, pause * 2)

    async def _happens(self, wanted: Happening | None, tasks: Sequence[UserTask]) -> bool:
        try:
            return await self._carry_out(wanted, tasks)
        except NotFound:
            return False  # the script has just gone another way: the next look says which

    async def _carry_out(self, wanted: Happening | None, tasks: Sequence[UserTask]) -> bool:
        match wanted:
            case Answer(step=step) if task := next((task for task in tasks if task.key == step), None):
                await self._answer(task, wanted)
            case Answer(step=step) if step in self.calls.failed:
                await self._enter(self.calls.failed.pop(step), wanted)
            case Message(message=name):
                return await self._message(wanted, name)
            case Timer(timer=element):
                timers = await self.parts.engine.jobs.timers(await self._instances(), element)
                if not timers:
                    return False
                await self._engine(element, despite_races(self.parts.engine.jobs.execute)(timers[0]))
            case _:
                return False
        return True

    async def _message(self, wanted: Message, name: str) -> bool:
        waiting = await self.parts.engine.messages.waiting(await self._instances(), name)
        if not waiting:
            return False
        delivered = despite_races(self.parts.engine.messages.deliver)(waiting[0], name, dict(wanted.variables))
        await self._engine(name, delivered)
        self.variables |= wanted.variables
        return True

    async def _answer(self, task: UserTask, given: Answer) -> None:
        self.variables |= task.variables
        try:
            form = await self.parts.forms.of(task)
        except FormUnsupported as error:
            raise self._stuck(CaseDifference.of("form_unsupported", task.key, reason=error)) from error
        await self._listen(task, form)
        answers = await self._checked(form, given, task.variables)
        after = await self._engine(task.key, complete(self.parts.engine, task, form, answers))
        self.steps.append(task.key)
        self.variables |= {**answers, **after}

    async def _listen(self, task: UserTask, form: Form) -> None:
        wanted = self.case.expect.texts.get(task.key)
        if not wanted:
            return
        heard = "\n".join(await said(form.schema, shown_data(form, task.variables), _LANGUAGE, self.parts.texts))
        for text in wanted:
            if text not in heard:
                self.differences.append(CaseDifference.of("not_said", task.key, wanted=text))

    async def _checked(self, form: Form, given: Answer, variables: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return await self.parts.answers.check(form, given.answers, variables, Sentences(_LANGUAGE))
        except AnswersInvalid as error:
            for name, complaints in error.by_field.items():
                reason = " ".join(complaints)
                self.differences.append(CaseDifference.of("answer_refused", given.step, field=name, reason=reason))
            raise Stuck from error
        except FormUnsupported as error:
            raise self._stuck(CaseDifference.of("form_unsupported", given.step, reason=error)) from error

    async def _enter(self, task: ExternalTask, given: Answer) -> None:
        """Answer a function by hand."""
        self.steps.append(task.activity_id)
        self.variables |= given.answers
        complete = despite_races(self.parts.engine.external_tasks.complete)
        await self._engine(task.activity_id, complete(task, dict(given.answers)))

    async def _engine(self, place: str, request: Awaitable[Answered]) -> Answered:
        try:
            return await request
        except NotFound:
            raise
        except EngineRejected as error:
            raise self._stuck(CaseDifference.of("engine_refused", place, reason=error)) from error

    async def _movement(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self.calls.moved.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _instances(self) -> list[str]:
        return [found.id for found in await self.parts.engine.processes.find(self.key)]

    async def _tokens(self, instance: str) -> Sequence[Any]:
        try:
            return await self.parts.engine.processes.tokens(instance)
        except NotFound:
            return ()

    def _stuck(self, difference: CaseDifference) -> Stuck:
        self.differences.append(difference)
        return Stuck()

    async def _compare(self) -> None:
        expected = self.case.expect
        if self.steps != expected.steps:
            found, wanted = ", ".join(self.steps), ", ".join(expected.steps)
            self.differences.append(CaseDifference.of("other_steps", None, found=found, wanted=wanted))
        instance = await self.parts.engine.history.instance(self.key)
        end = await self.parts.engine.history.end_event(instance.id) if instance else None
        if end != expected.end:
            self.differences.append(CaseDifference.of("other_end", end, found=end, wanted=expected.end))
        for name, wanted_value in expected.variables.items():
            found_value = as_json(self.variables.get(name), is_day=False)
            if found_value != wanted_value:
                facts = {"name": name, "found": found_value, "wanted": wanted_value}
                self.differences.append(CaseDifference.of("other_variable", None, **facts))
        self.differences += self.calls.left_over()


def _mismatch(found: str, wanted: Happening | None) -> CaseDifference:
    """What to say where the script waits at a step, and the case goes on otherwise."""
    if wanted is None:
        return CaseDifference.of("answer_missing", found, found=found)
    if isinstance(wanted, Answer):
        return CaseDifference.of("other_step", found, found=found, wanted=wanted.step)
    return _missed(wanted)


def _missed(wanted: Happening) -> CaseDifference:
    """What to say where the script will not come to something."""
    match wanted:
        case Answer(step=step):
            return CaseDifference.of("no_step", step, wanted=step)
        case Message(message=name):
            return CaseDifference.of("no_message", name, wanted=name)
        case Timer(timer=element):
            return CaseDifference.of("no_timer", element, wanted=element)


def _still(places: Sequence[str], wanted: Happening | None) -> CaseDifference:
    if isinstance(wanted, Message | Timer):
        return _missed(wanted)
    return CaseDifference.of("stands_still", next(iter(places), None), found=", ".join(places))
