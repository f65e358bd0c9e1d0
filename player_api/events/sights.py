"""What is seen of a session, for everybody who watches it."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass

from engine.errors import EngineError
from player_api.forms.errors import FormUnsupported
from player_api.problems import Problem, problem_of
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import SessionNotFound
from player_api.sessions.inputs import with_inputs
from player_api.sessions.models import Session, ShownState
from player_api.sessions.read import read
from player_api.sessions.view import version_of
from store.errors import StoreError
from store.sessions import StoredSession

_FIRST_WHILE_WORKING = 0.25
_FIRST_AT_A_STEP = 5.0
_SLOWEST_WHILE_WORKING = 2.0
_SLOWEST_AT_A_STEP = 30.0
"""Seconds. Whatever goes through us is notified; at a step this is for timers and messages alone."""
_ACTOR = "facade"


@dataclass(frozen=True)
class SessionSeen:
    """A session as it stands, and the version of that."""

    session: Session
    version: str

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen."""
        return self.session.ended is not None


@dataclass(frozen=True)
class Unseen:
    """Why a session can't be seen at the moment."""

    problem: Problem


async def sights(
    context: SessionContext, session: StoredSession, turns: asyncio.Semaphore
) -> AsyncIterator[SessionSeen | Unseen]:
    """Yield how a session stands, again whenever it stands otherwise; ends when the session has ended.

    An engine or a database that is away is said once, and waited for. Each look takes a turn.
    """
    caller = Caller(_ACTOR, session.tenant, session.correlation_id)
    last: SessionSeen | Unseen | None = None
    pause = _FIRST_WHILE_WORKING
    with context.listener.changes(session.id) as changed:
        while True:
            changed.clear()
            async with turns:
                seen = await _look(context, caller, session, last)
            if seen != last:
                pause = _FIRST_AT_A_STEP if _waits_for_a_person(seen) else _FIRST_WHILE_WORKING
                last = seen
                yield seen
            if isinstance(seen, SessionSeen) and seen.is_final:
                return
            try:
                async with asyncio.timeout(pause * random.uniform(0.8, 1.2)):  # noqa: S311
                    await changed.wait()
            except TimeoutError:
                pause = min(pause * 2, _slowest(seen))


async def _look(
    context: SessionContext, caller: Caller, session: StoredSession, last: SessionSeen | Unseen | None
) -> SessionSeen | Unseen:
    try:
        view = await read(context, caller, session.id, 0)
        version = version_of(view)
        if isinstance(last, SessionSeen) and last.version == version:
            return last
        return SessionSeen(await with_inputs(context, view), version)
    except (EngineError, StoreError, FormUnsupported, SessionNotFound) as error:
        return Unseen(problem_of(error))


def _slowest(seen: SessionSeen | Unseen) -> float:
    return _SLOWEST_AT_A_STEP if _waits_for_a_person(seen) else _SLOWEST_WHILE_WORKING


def _waits_for_a_person(seen: SessionSeen | Unseen) -> bool:
    return isinstance(seen, SessionSeen) and seen.session.state is not ShownState.WORKING
