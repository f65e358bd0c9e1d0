"""Submitting a step: the answer is a journal row, committed before the engine is asked."""

import dataclasses
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import tenacity

from engine import UserTask
from engine.errors import EngineUnavailable, NotFound, OptimisticLock
from player_api.sessions.answers import check_answers
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import SessionEnded, SessionNotFound, StepChanged
from player_api.sessions.finish import record_end
from player_api.sessions.models import Session, SubmitRequest
from player_api.sessions.position import settle
from player_api.sessions.sentences import Sentences
from player_api.sessions.view import session_view
from runtime import correlation
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
        SessionNotFound, SessionEnded, StepChanged, AnswersInvalid: the session is unchanged.
        EngineUnavailable: the engine can't be reached; the same request may be sent again.
        StoreUnavailable: the database can't be reached; the same request may be sent again.
    """
    session = await find_open(context, caller, session_id)
    correlation.bind(caller.correlation_id, session=str(session.id), script=session.script)
    submission = Submission(session, caller, request.step, key)
    last_seen: Mapping[str, Any] = {}
    with context.listener.changes(session.id) as changed:
        tasks = await context.engine.user_tasks.waiting(str(session.id))
        task = next((task for task in tasks if task.id == request.step), None)
        if task is None:
            await _require_answered_before(context, submission)
        else:
            answers = await _accept(context, submission, task, request.answers)
            last_seen = await _complete(context, submission, answers)
        position = await settle(context, session, changed, patience)
    await context.notifications.session_changed(session.id)
    return session_view(await record_end(context, session, position, caller, last_seen), position)


async def find_open(context: SessionContext, caller: Caller, session_id: UUID) -> StoredSession:
    """Return a session of the caller's tenant that is not over.

    Raises:
        SessionNotFound: there is none.
        SessionEnded: it is over.
    """
    session = await context.sessions.find(session_id, caller.tenant)
    if session is None:
        raise SessionNotFound(f"no session {session_id}")
    if session.state.is_final:
        raise SessionEnded(f"the session is {session.state}")
    return session


async def _require_answered_before(context: SessionContext, submission: Submission) -> None:
    session, step = submission.session, submission.step
    if await context.journal.was_answered(session.id, step, submission.idempotency_key):
        return
    if not await context.engine.processes.find(str(session.id)):
        raise SessionEnded("the session has ended")
    raise StepChanged("this step is no longer waiting for an answer")


async def _accept(
    context: SessionContext, submission: Submission, task: UserTask, given: Mapping[str, Any]
) -> dict[str, Any]:
    form = await context.forms.of(task)
    answers = check_answers(form, given, task.variables, Sentences(submission.session.locale))
    await context.journal.record(submission.event(EventType.ANSWER_GIVEN, key=task.key, answers=answers))
    return answers


async def _complete(context: SessionContext, submission: Submission, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return await _complete_despite_races(context, submission.step, answers)
    except NotFound as error:
        await context.journal.record(submission.event(EventType.ANSWER_REFUSED, reason="step changed"))
        raise StepChanged("somebody else has answered this step") from error
    except EngineUnavailable as error:
        if not error.sent:
            await context.journal.record(submission.event(EventType.ANSWER_REFUSED, reason="engine unavailable"))
        raise


# Parallel tasks completed at the same moment before a join: the engine rolls one back, which then goes through.
@tenacity.retry(
    retry=tenacity.retry_if_exception_type(OptimisticLock),
    stop=tenacity.stop_after_attempt(5),
    wait=tenacity.wait_random_exponential(multiplier=0.01, max=0.2),
    reraise=True,
)
async def _complete_despite_races(
    context: SessionContext, task_id: str, answers: Mapping[str, Any]
) -> Mapping[str, Any]:
    return await context.engine.user_tasks.complete(task_id, answers)
