"""Submitting a step: the answer is a journal row, committed before the engine is asked."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from engine import UserTask
from engine.errors import EngineError, EngineUnavailable, LockLost, NotFound
from player_api.back.variables import snapshot_of
from player_api.forms.errors import FormUnsupported
from player_api.forms.sentences import Sentences
from player_api.forms.told import told
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import SessionEnded, StepChanged
from player_api.sessions.finish import record_end, tell_others
from player_api.sessions.lease import lease_taken, refusal
from player_api.sessions.models import Action, Session, SubmitRequest
from player_api.sessions.open import find_open
from player_api.sessions.open_steps import OpenStep, at_failed_functions, at_user_tasks
from player_api.sessions.options import require_offered
from player_api.sessions.position import settle
from player_api.sessions.start_form import start_step_id
from player_api.sessions.view import session_view
from runtime import correlation
from runtime.ahead import begun
from store.journal import Event, EventType
from store.sessions import StoredSession


@dataclasses.dataclass(frozen=True)
class Submission:
    """One answer to one step, under one idempotency key."""

    session: StoredSession
    caller: Caller
    step: str
    idempotency_key: str

    def event(self, kind: EventType, **data: Any) -> Event:
        """Build the journal's event about this answer."""
        return Event(
            kind,
            tenant=self.session.tenant,
            session=self.session.id,
            actor=self.caller.name,
            correlation_id=self.caller.correlation_id,
            data={"step": self.step, "idempotency_key": self.idempotency_key, **data},
        )


async def submit(
    context: SessionContext, caller: Caller, session_id: UUID, request: SubmitRequest, key: str, patience: float
) -> Session:
    """Answer a step and wait for what comes next.

    Args:
        context: the parts to act with.
        caller: who answers.
        session_id: which session.
        request: the step and the answers.
        key: the request's idempotency key; a repetition finds what an earlier try has written.
        patience: seconds to wait for the next step.

    Raises:
        SessionNotFound, SessionEnded, StepChanged, AnswersInvalid, LeaseTaken: the session is unchanged.
        EngineRejected: what follows the step can't be carried out; the step still waits.
        FormUnsupported: the step has a form that can't be shown.
        EngineUnavailable: the engine can't be reached; the same request may be sent again.
        StoreUnavailable: the database can't be reached; the same request may be sent again.
    """
    # Whether the session may be answered and what waits in it are asked at the same time.
    async with begun(context.engine.user_tasks.waiting(str(session_id), expected=request.step)) as tasks:
        session = await find_open(context, caller, session_id)
        correlation.bind(caller.correlation_id, session=str(session.id), script=session.script)
        submission = Submission(session, caller, request.step, key)
        if (taken := lease_taken(session, caller)) and not await _was_answered(context, submission):
            raise taken
        last_seen: Mapping[str, Any] = {}
        with context.listener.changes(session.id) as changed:
            step = await _find_open_step(context, submission, tasks)
            if step is not None:
                answers = await _accept(context, submission, step, request.answers)
                last_seen = await _complete(context, submission, step, answers)
            position, _ = await asyncio.gather(
                settle(context, session, changed, patience), tell_others(context, session)
            )
    return session_view(await record_end(context, session, position, caller, last_seen), position, caller.name)


async def _find_open_step(
    context: SessionContext, submission: Submission, waiting: Awaitable[Sequence[UserTask]]
) -> OpenStep | None:
    """Return the step that is answered; None where an earlier try of the same submission has answered it."""
    session = submission.session
    if found := _with_id(submission.step, await at_user_tasks(context, session, waiting)):
        return found
    instances = await context.engine.processes.find(str(session.id))
    tasks = await context.engine.external_tasks.waiting([instance.id for instance in instances])
    if found := _with_id(submission.step, await at_failed_functions(context, session, tasks)):
        return found
    if await _was_answered(context, submission):
        return None
    # Where somebody else has answered the start form, the engine may not know the session yet.
    if not instances and submission.step != start_step_id(session):
        raise SessionEnded("the session has ended")
    raise StepChanged("this step is no longer waiting for an answer")


async def _was_answered(context: SessionContext, submission: Submission) -> bool:
    return await context.journal.was_answered(submission.session.id, submission.step, submission.idempotency_key)


def _with_id(step_id: str, steps: Iterable[OpenStep]) -> OpenStep | None:
    return next((step for step in steps if step.shown.id == step_id), None)


async def _accept(
    context: SessionContext, submission: Submission, step: OpenStep, given: Mapping[str, Any]
) -> dict[str, Any]:
    if Action.NEXT not in step.shown.actions:
        raise FormUnsupported("форму этого шага нельзя показать", "this step has a form that can't be shown")
    sentences = Sentences(submission.session.locale)
    answers = await context.answers.check(step.form, given, step.variables, sentences)
    await require_offered(context, submission.session, step, answers)
    event = submission.event(
        EventType.ANSWER_GIVEN,
        key=step.shown.key,
        name=step.shown.name,
        definition=step.definition,
        answers=answers,
        told=[one.model_dump(exclude_none=True) for one in told(step.form, answers, step.variables)],
        **({"pii": personal} if (personal := sorted(step.form.personal & answers.keys())) else {}),
    )
    if not await context.leases.write(event, step=submission.step, seen=snapshot_of(step.variables)):
        raise await refusal(context, submission.caller, submission.session.id)
    return answers


async def _complete(
    context: SessionContext, submission: Submission, step: OpenStep, answers: Mapping[str, Any]
) -> Mapping[str, Any]:
    try:
        return await step.complete(answers)
    except (NotFound, LockLost) as error:
        await context.journal.record(submission.event(EventType.ANSWER_REFUSED, reason="step changed"))
        raise StepChanged("somebody else has answered this step") from error
    except EngineUnavailable as error:
        if not error.sent:
            await context.journal.record(submission.event(EventType.ANSWER_REFUSED, reason="engine unavailable"))
        raise
    except EngineError:
        # What follows the step can't be carried out: the engine has rolled back, and the step waits as before.
        await context.journal.record(submission.event(EventType.ANSWER_REFUSED, reason="engine refused"))
        raise
