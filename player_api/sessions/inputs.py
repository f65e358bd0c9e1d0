"""What an operator types is kept on the server, so that a reload or another workplace goes on with it."""

from uuid import UUID

from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import StepChanged
from player_api.sessions.lease import refusal
from player_api.sessions.models import Input, InputRequest, Session, Step
from player_api.sessions.open import find_open
from player_api.sessions.open_steps import at_user_tasks
from store.inputs import Input as StoredInput


async def save_input(context: SessionContext, caller: Caller, session_id: UUID, request: InputRequest) -> Input:
    """Keep what was typed at a step, whether or not it is valid yet.

    Fields that the form does not have are dropped.

    Raises:
        SessionNotFound, SessionEnded, StepChanged, LeaseTaken: nothing is kept.
        EngineError: the engine can't say where the session stands.
        StoreUnavailable: nothing is kept.
    """
    session = await find_open(context, caller, session_id)
    steps = await at_user_tasks(context, session)
    step = next((step for step in steps if step.shown.id == request.step), None)
    if step is None:
        raise StepChanged("this step is no longer waiting for an answer")
    answers = {key: value for key, value in request.answers.items() if key.split(".")[0] in step.form.outputs}
    context.prefetching.consider(session, step, answers)
    saved_at = await context.inputs.save(session.id, request.step, answers, caller.name)
    if saved_at is None:
        raise await refusal(context, caller, session.id)
    return Input(answers=answers, saved_by=caller.name, saved_at=saved_at)


async def with_inputs(context: SessionContext, view: Session) -> Session:
    """Return a session whose steps carry what was typed at them.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    if not view.steps:
        return view
    inputs = await context.inputs.of_session(view.id)
    steps = [_with_input(step, inputs.get(step.id)) for step in view.steps]
    return view.model_copy(update={"steps": steps, "step": steps[0]})


def _with_input(step: Step, stored: StoredInput | None) -> Step:
    if stored is None:
        return step
    kept = Input(answers=stored.answers, saved_by=stored.saved_by, saved_at=stored.saved_at)
    return step.model_copy(update={"input": kept})
