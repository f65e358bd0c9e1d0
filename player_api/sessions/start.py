"""Starting a session: its row is committed before the engine is asked."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from engine.errors import EngineUnavailable, VariableInvalid
from engine.variables import encode
from player_api.access.errors import Forbidden
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import ScriptUnknown, VariablesInvalid
from player_api.sessions.finish import record_end
from player_api.sessions.models import Session, StartRequest
from player_api.sessions.position import settle
from player_api.sessions.start_form import fixed_variables
from player_api.sessions.view import session_view
from runtime import correlation
from store.journal import Event, EventType
from store.sessions import NewSession, SessionState, StoredSession

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_RESERVED = frozenset({correlation.VARIABLE, "tenant", "customer", "execution", "task"})


async def start(
    context: SessionContext,
    caller: Caller,
    request: StartRequest,
    patience: float,
    session_id: UUID | None = None,
    *,
    at: str | None = None,
) -> Session:
    """Start a session on the release that the rollout names, and wait for its first step.

    Args:
        context: the parts to act with.
        caller: who starts it.
        request: what was asked for.
        patience: seconds to wait for the first step.
        session_id: the id claimed by an earlier try of the same request, which is then gone on with.
        at: the element that the script starts at, None for its start event.

    Raises:
        Forbidden: it is not among those that the caller is limited to.
        ScriptUnknown: no rollout covers this caller.
        VariablesInvalid: a variable has a name or value that can't be used.
        EngineUnavailable: the engine can't be reached; the session is cancelled, or is started and found later.
        StoreUnavailable: the database can't be reached; nothing is started.
    """
    if not caller.limits.cover(request.script, request.channel, request.team):
        raise Forbidden("this caller may not start such a session: it is limited in scripts, channels or teams")
    check_variables(request.variables)
    session = earlier = await context.sessions.find(session_id, caller.tenant) if session_id else None
    if earlier is None:
        session = await context.sessions.create(_new_session(caller, request, session_id or uuid4()))
    if session is None:
        raise ScriptUnknown(f"no release of {request.script!r} is rolled out to this channel and team")
    correlation.bind(caller.correlation_id, session=str(session.id), script=session.script)
    with context.listener.changes(session.id) as changed:
        if earlier is None or not await _was_launched(context, earlier):
            if at is None and await context.forms.at_start(session.definition_id) is not None:
                await context.starts.ask(session.id)
                session = replace(session, start_form="asked")
            else:
                await _launch(context, session, caller, at)
        position = await settle(context, session, changed, patience)
    return session_view(await record_end(context, session, position, caller), position, caller.name)


def check_variables(variables: dict[str, Any]) -> None:
    """Let variables pass that a session can be given.

    Raises:
        VariablesInvalid: one has a name or value that can't be used.
    """
    complaints: dict[str, list[str]] = {}
    for name, value in variables.items():
        if not _NAME.fullmatch(name) or name in _RESERVED:
            complaints[name] = ["this name can't be used for a variable"]
            continue
        try:
            encode({name: value})
        except VariableInvalid as error:
            complaints[name] = [str(error)]
    if complaints:
        raise VariablesInvalid(complaints)


def _new_session(caller: Caller, request: StartRequest, session_id: UUID) -> NewSession:
    return NewSession(
        id=session_id,
        script=request.script,
        tenant=caller.tenant,
        channel=request.channel,
        team=request.team,
        locale=request.locale,
        customer=request.customer,
        external_id=request.external_id,
        variables=request.variables,
        correlation_id=caller.correlation_id,
        created_by=caller.name,
    )


async def _launch(context: SessionContext, session: StoredSession, caller: Caller, at: str | None) -> None:
    variables = {**session.variables, **fixed_variables(session)}
    try:
        await context.engine.processes.start(
            session.definition_id, business_key=str(session.id), variables=variables, at=at
        )
    except EngineUnavailable as error:
        # Sent and not answered: it may run. What never left can be called off, so that nothing starts behind
        # the back of a caller who was told that it did not.
        if not error.sent:
            await context.sessions.finish(session.id, SessionState.CANCELLED, None, _called_off(session, caller))
        raise
    await context.sessions.mark_running(session.id)


async def _was_launched(context: SessionContext, session: StoredSession) -> bool:
    if session.state is not SessionState.STARTING or session.start_form is not None:
        return True
    key = str(session.id)
    return bool(await context.engine.processes.find(key) or await context.engine.history.instance(key))


def _called_off(session: StoredSession, caller: Caller) -> Event:
    return Event(
        EventType.SESSION_CANCELLED,
        tenant=session.tenant,
        session=session.id,
        actor=caller.name,
        correlation_id=caller.correlation_id,
        data={"reason": "engine unavailable"},
    )
