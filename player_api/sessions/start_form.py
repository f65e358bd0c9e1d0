"""A start form as the first step: asked for before the engine is asked to start with the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import EngineError, EngineUnavailable, NotFound
from player_api.forms.answers import shown_data
from player_api.forms.form import Form
from player_api.forms.generated import for_the_engine
from player_api.forms.said import said
from player_api.forms.sentences import Sentences
from player_api.sessions.context import SessionContext
from player_api.sessions.models import Action, Step
from player_api.sessions.steps import StartOfScript
from runtime import correlation
from store.sessions import StoredSession


@dataclass(frozen=True)
class StartStep:
    """The first step of a session that the engine does not know yet.

    Attributes:
        shown: what a channel gets.
        form: what answers are checked against.
    """

    shown: Step
    form: Form


async def start_step(context: SessionContext, session: StoredSession) -> StartStep | None:
    """Return the step where a session waits for the answers to its start form; None where it does not.

    The session may have been read some time ago: whether it still waits is looked up.

    Raises:
        EngineError: the form can't be had.
        FormUnsupported: it can't be shown.
        StoreUnavailable: the database can't be reached.
    """
    if session.start_form != "asked":
        return None
    now = await context.sessions.find(session.id, session.tenant)
    start = await context.forms.at_start(session.definition_id)
    if now is None or now.start_form != "asked" or now.state.is_final or start is None:
        return None
    data = shown_data(start.form, now.variables)
    texts = await said(start.form.schema, data, Sentences(now.locale).language, context.texts)
    return StartStep(_step(now, start, data, texts), start.form)


def start_step_id(session: StoredSession) -> str:
    """Id of the step that a start form is shown as."""
    return f"start-{session.id}"


def _step(session: StoredSession, start: StartOfScript, data: dict[str, Any], texts: list[str]) -> Step:
    return Step(
        id=start_step_id(session),
        key=start.element,
        name=start.name,
        hint=start.hint,
        name_en=start.english.name,
        hint_en=start.english.hint,
        form=dict(start.form.schema),
        said=texts,
        data=data,
        actions=[Action.NEXT, Action.CANCEL],
    )


async def start_with(
    context: SessionContext, session: StoredSession, form: Form, answers: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Start the engine's process with the answers to a start form, and return the variables that it begins with.

    They are kept with the session before the engine is asked: after a kill the background process asks it again.

    Raises:
        NotFound: somebody else has answered.
        EngineError: where it is known that nothing was started, the form is asked for again.
    """
    variables = {**session.variables, **for_the_engine(form, answers), **fixed_variables(session)}
    if not await context.starts.answer(session.id, variables):
        raise NotFound("the start form was answered", status=404)
    try:
        await context.engine.processes.start_by_form(
            session.definition_id, business_key=str(session.id), variables=variables
        )
    except EngineError as error:
        if not (isinstance(error, EngineUnavailable) and error.sent):
            await context.starts.ask_again(session.id)
        raise
    await context.sessions.mark_running(session.id)
    return variables


def fixed_variables(session: StoredSession) -> dict[str, Any]:
    """The variables that every session of the engine's has."""
    known = {"customer": session.customer} if session.customer is not None else {}
    return {correlation.VARIABLE: session.correlation_id, "tenant": session.tenant, **known}
