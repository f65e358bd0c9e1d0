"""What waits for an answer: user tasks, and failed functions whose answer a person may enter."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import tenacity

from engine import Engine, OptimisticLock, UserTask, WaitingExternalTask
from functions.declaration import Function
from player_api.diagrams.diagram import English
from player_api.forms.errors import FormUnsupported
from player_api.forms.form import Form
from player_api.forms.generated import for_the_engine
from player_api.forms.said import said
from player_api.forms.sentences import Sentences
from player_api.forms.stand_ins import EMPTY, UNSHOWABLE
from player_api.sessions.context import SessionContext
from player_api.sessions.models import Action, Step
from player_api.sessions.stale import stale_values
from player_api.sessions.start_form import start_step, start_with
from player_api.sessions.steps import step_of
from runtime import logs
from store.sessions import StoredSession

Answers = Mapping[str, Any]
_log = logs.get(__name__)


@dataclass(frozen=True)
class OpenStep:
    """A step that can be answered now.

    Attributes:
        shown: what a channel gets.
        form: what answers are checked against.
        variables: the session's variables as the step sees them.
        complete: hands valid answers to the engine and returns the variables that it then has; raises NotFound where
            the step is gone and LockLost where a worker has taken it.
        definition: id of the process definition of a user task; None for a function's manual entry.
    """

    shown: Step
    form: Form
    variables: Mapping[str, Any]
    complete: Callable[[Answers], Awaitable[Mapping[str, Any]]]
    definition: str | None = None


async def at_user_tasks(
    context: SessionContext, session: StoredSession, asked: Awaitable[Sequence[UserTask]] | None = None
) -> list[OpenStep]:
    """Return the waiting user tasks, the oldest first, or the start form where that is waited for.

    Args:
        context: the parts to ask.
        session: whose.
        asked: the tasks, where the engine has been asked for them already.

    Raises:
        EngineError: the engine can't say.
        FormUnsupported: a task has a form that can't be shown.
    """
    if start := await start_step(context, session):
        complete = partial(start_with, context, session, start.form)
        return [OpenStep(start.shown, start.form, session.variables, complete)]
    tasks = await (asked or context.engine.user_tasks.waiting(str(session.id)))
    return [await _user_task(context, session, task) for task in tasks]


async def at_failed_functions(
    context: SessionContext, session: StoredSession, tasks: Sequence[WaitingExternalTask]
) -> list[OpenStep]:
    """Return a step for each failed function that allows manual entry.

    Raises:
        StoreUnavailable: the database cannot be reached.
        FormUnsupported: a form can't be shown.
    """
    steps = [await _manual_entry(context, session, task) for task in tasks if task.retries == 0]
    return [step for step in steps if step is not None]


# Parallel tasks completed at the same moment before a join: the engine rolls one back, which then goes through.
despite_races = tenacity.retry(
    retry=tenacity.retry_if_exception_type(OptimisticLock),
    stop=tenacity.stop_after_attempt(5),
    wait=tenacity.wait_random_exponential(multiplier=0.01, max=0.2),
    reraise=True,
)


async def _user_task(context: SessionContext, session: StoredSession, task: UserTask) -> OpenStep:
    english = await context.forms.english(task.definition_id, task.key)
    try:
        form = await context.forms.of(task)
    except FormUnsupported as error:
        return _unshowable(task, english, error)
    shown = step_of(task, form, english)
    texts = await said(form.schema, shown.data, Sentences(session.locale).language, context.texts)
    stale = await stale_values(context, session, form, task.variables)
    shown = shown.model_copy(update={"said": texts, "stale": stale})
    return OpenStep(shown, form, task.variables, partial(complete, context.engine, task, form), task.definition_id)


@despite_races
async def complete(engine: Engine, task: UserTask, form: Form, answers: Answers) -> Mapping[str, Any]:
    """Hand valid answers to the engine, of a generated form as those that it makes values of.

    Returns:
        The variables of the task's process instance as they then are.

    Raises:
        NotFound: the task was completed or cancelled already.
        EngineError: as `UserTasks.complete`.
    """
    is_generated = form is not EMPTY and task.form_ref is None and task.form_key is None
    if is_generated:
        return await engine.user_tasks.submit_form(task.id, for_the_engine(form, answers))
    return await engine.user_tasks.complete(task.id, answers)


def _unshowable(task: UserTask, english: English, error: FormUnsupported) -> OpenStep:
    """A step that stands there without its form, so that others beside it can be answered."""
    _log.error("form_unsupported", task=task.id, definition=task.definition_id, element=task.key, reason=str(error))

    async def complete(_answers: Answers) -> Mapping[str, Any]:
        raise error

    shown = step_of(task, UNSHOWABLE, english)
    return OpenStep(shown.model_copy(update={"actions": [Action.CANCEL]}), EMPTY, {}, complete, task.definition_id)


async def _manual_entry(context: SessionContext, session: StoredSession, task: WaitingExternalTask) -> OpenStep | None:
    function = await context.declarations.function(task.topic)
    form = await context.manual_forms.of(session, function)
    if function is None or form is None:
        return None

    @despite_races
    async def complete(answers: Answers) -> Mapping[str, Any]:
        await context.engine.external_tasks.complete_in_place_of_a_worker(task.id, answers)
        return answers

    return OpenStep(_manual_step(session, task, function, form), form, {}, complete)


def _manual_step(session: StoredSession, task: WaitingExternalTask, function: Function, form: Form) -> Step:
    say, english = Sentences(session.locale), Sentences("en")
    return Step(
        id=task.id,
        key=task.activity_id,
        name=say("manual_name", function=function.title_in(say.language)),
        hint=say("manual_hint"),
        name_en=english("manual_name", function=function.title_in("en")),
        hint_en=english("manual_hint"),
        form=dict(form.schema),
        said=[],
        data={},
        actions=[Action.NEXT, Action.RETRY, Action.CANCEL, Action.HANDOFF],
    )
