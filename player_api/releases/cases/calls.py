"""The functions' side of a case: each call gets the answer that the case has for it, and no system is asked."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from engine import EngineRejected, ExternalTask
from engine.errors import NotFound
from engine.external_tasks import ExternalTasks
from functions.pins import PROPERTY, Pin
from player_api.forms.answers import as_json
from player_api.releases.cases.case import Call
from player_api.releases.cases.report import CaseDifference
from player_api.sessions.open_steps import despite_races


class Calls:
    """Answers the calls of one case.

    Args:
        tasks: where the answers are reported.
        written: the case's answers by function, call after call.
        variables: the session's, as far as the case knows them; outputs become part of them.

    Attributes:
        differences: what was not as the case says.
        is_stuck: a call could not be answered; the script waits for it for ever.
        moved: set when a call was answered.
        failed: functions that wait for manual entry, by the service task's id.
    """

    def __init__(self, tasks: ExternalTasks, written: Mapping[str, Sequence[Call]], variables: dict[str, Any]) -> None:
        self._tasks = tasks
        self._left = {function: deque(calls) for function, calls in written.items()}
        self.differences: list[CaseDifference] = []
        self.is_stuck = False
        self.moved = asyncio.Event()
        self.failed: dict[str, ExternalTask] = {}
        self._variables = variables

    async def answer(self, task: ExternalTask) -> None:
        """Answer a call.

        Raises:
            EngineError: the engine can't be reached.
        """
        calls = self._left.get(task.topic)
        try:
            if not calls:
                self._give_up(CaseDifference.of("unanswered_call", task.topic))
            else:
                await self._answer(task, calls.popleft())
        except NotFound:
            pass  # the script no longer waits for it
        except EngineRejected as error:
            self._give_up(CaseDifference.of("engine_refused", task.activity_id, reason=error))
        finally:
            self.moved.set()

    def left_over(self) -> list[CaseDifference]:
        """Say which answers nobody asked for."""
        return [CaseDifference.of("not_called", name, left=len(left)) for name, left in self._left.items() if left]

    def _give_up(self, difference: CaseDifference) -> None:
        self.differences.append(difference)
        self.is_stuck = True

    async def _answer(self, task: ExternalTask, call: Call) -> None:
        for name, wanted in (call.inputs or {}).items():
            if (found := as_json(task.variables.get(name), is_day=False)) != wanted:
                difference = CaseDifference.of("other_input", task.topic, name=name, found=found, wanted=wanted)
                self.differences.append(difference)
        if call.failure is not None:
            nothing = timedelta()
            await self._tasks.failure(task, message=call.failure, details="", retries=0, retry_after=nothing)
            self.failed[task.activity_id] = task
            return
        outputs = self._outputs(task, call)
        self._variables |= outputs
        if call.bpmn_error is None:
            await despite_races(self._tasks.complete)(task, outputs)
        else:
            message = f"{task.topic} refused with {call.bpmn_error}"
            await despite_races(self._tasks.bpmn_error)(task, call.bpmn_error, message, outputs)

    def _outputs(self, task: ExternalTask, call: Call) -> dict[str, Any]:
        contract = Pin.read(task.extension_properties[PROPERTY]).contract
        with_errors = [name for rule in contract.errors for name in rule.outputs]
        for name in call.outputs or {}:
            if name not in {*contract.outputs, *with_errors}:
                self.differences.append(CaseDifference.of("no_such_output", task.topic, name=name))
        empty = dict.fromkeys(contract.outputs) if call.bpmn_error is None else {}
        return {**empty, **(call.outputs or {})}
