"""Choices that a field searches for, by what was typed.

A field with the custom property ``optionsFunction`` names a read function with the input ``q`` and the output
``options``. The function runs in a worker, through its policies and its cache, with the session's variables as its
other inputs. What it finds is offered to the channel, and digests of the values are kept with session, step and field:
an answer is taken where all its values were offered at that step to whomever, or stood in the session before. So an
answer can be checked by any facade, and what a cache has forgotten meanwhile or a system finds no longer does not make
a choice wrong that was right when it was made.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine import Opaque
from functions.execution import ExecuteRequest
from player_api.forms.errors import AnswersInvalid
from player_api.forms.form import Field
from player_api.forms.options import Options, is_among
from player_api.forms.sentences import Sentences
from player_api.forms.values import is_empty
from player_api.functions.errors import DeclarationUnknown, TrialRefused
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import OptionsFailed, OptionsUnknown, StepChanged
from player_api.sessions.models import Option
from player_api.sessions.open import find_open
from player_api.sessions.open_steps import OpenStep, at_user_tasks
from store.sessions import StoredSession

_MOST = 100
"""Choices that are offered at a time."""
_OUTPUT = "options"


async def search_options(
    context: SessionContext, caller: Caller, session_id: UUID, field: str, typed: str, step_id: str | None
) -> list[Option]:
    """Search for the choices of a field.

    Args:
        context: the parts to act with.
        caller: who searches.
        session_id: in which session.
        field: key of the field.
        typed: what was typed, which may be nothing yet.
        step_id: at which step; the current one where none is given.

    Raises:
        SessionNotFound, SessionEnded, StepChanged: there is no such step now.
        OptionsUnknown: the step has no field of this key that searches.
        OptionsFailed: the function could not find any.
        WorkersUnavailable: no worker can be asked.
    """
    session = await find_open(context, caller, session_id)
    steps = await at_user_tasks(context, session)
    step = next((step for step in steps if step_id in {None, step.shown.id}), None)
    if step is None:
        raise StepChanged("this step is no longer waiting for an answer")
    wanted = next((one for one in step.form.fields if one.key == field and function_of(one)), None)
    if wanted is None:
        raise OptionsUnknown(f"the step has no field {field!r} that searches for its choices")
    given = await _run(context, session, step, wanted, typed)
    found = Options(given=tuple(given)).offered({})[:_MOST]
    await context.offered.remember(session.id, step.shown.id, field, [option["value"] for option in found])
    return [Option(label=option["label"], value=option["value"]) for option in found]


def function_of(field: Field) -> str | None:
    """Name of the function that finds a field's choices, None where none does."""
    return field.options.function if field.options else None


async def require_offered(
    context: SessionContext, session: StoredSession, step: OpenStep, answers: Mapping[str, Any]
) -> None:
    """Let answers pass whose searched values were all offered at their step, or stood in the session before.

    Raises:
        AnswersInvalid: one was not.
    """
    complaints: dict[str, list[str]] = {}
    for field in step.form.fields:
        if function_of(field) is None:
            continue
        value = _at(answers, field)
        before = _at(step.variables, field)
        chosen = value if isinstance(value, list) else [value]
        new = [item for item in chosen if not is_among(item, before if isinstance(before, list) else [before])]
        if is_empty(value) or not new:
            continue
        if not await context.offered.were(session.id, step.shown.id, field.key, new):
            complaints[field.key] = [Sentences(session.locale)("not_offered")]
    if complaints:
        raise AnswersInvalid(complaints)


def _at(data: Mapping[str, Any], field: Field) -> Any:
    value: Any = data
    for part in field.path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


async def _run(context: SessionContext, session: StoredSession, step: OpenStep, field: Field, typed: str) -> list[Any]:
    known = {name: value for name, value in step.shown.data.items() if not isinstance(value, Opaque)}
    request = ExecuteRequest(
        function=function_of(field) or "",
        variables={**known, "q": typed},
        session_id=str(session.id),
        activity_id=step.shown.key,
        tenant=session.tenant,
        customer=session.customer,
        correlation_id=session.correlation_id,
    )
    try:
        result = await context.workers.execute(request)
    except (DeclarationUnknown, TrialRefused) as error:
        raise OptionsFailed(f"the function {request.function} can't be asked for choices") from error
    found = result.outputs.get(_OUTPUT)
    if result.outcome != "succeeded" or not isinstance(found, list):
        raise OptionsFailed(f"the function {request.function} gave no list of choices")
    return found
