"""A message from outside goes to the session that waits for it, or starts one through the rollout."""

import asyncio
from uuid import NAMESPACE_URL, UUID, uuid5

from engine import NotFound
from engine.errors import EngineUnavailable
from player_api.messages.errors import MessageAmbiguous, MessageUnexpected
from player_api.messages.models import MessageRequest
from player_api.sessions import once
from player_api.sessions.context import Caller, SessionContext
from player_api.sessions.errors import SessionNotFound
from player_api.sessions.finish import record_end, tell_others
from player_api.sessions.models import Session, StartRequest
from player_api.sessions.open import find_open
from player_api.sessions.open_steps import despite_races
from player_api.sessions.position import settle
from player_api.sessions.read import read
from player_api.sessions.start import check_variables, start
from player_api.sessions.view import session_view
from runtime import correlation
from store.journal import Event, EventType
from store.message_starts import Beginning, MessageStarts, Start
from store.session_search import Search
from store.sessions import SessionState, StoredSession

_MOST_OPEN = 20
"""Open sessions of one customer that are looked at, the newest ones."""
_OPEN = frozenset({SessionState.STARTING, SessionState.RUNNING})


class Mailbox:
    """Delivers messages.

    Args:
        context: the parts to act with.
        starts: which scripts start with which messages.
    """

    def __init__(self, context: SessionContext, starts: MessageStarts) -> None:
        self._context = context
        self._starts = starts

    async def receive(self, caller: Caller, message: MessageRequest, key: str, patience: float) -> Session:
        """Deliver a message once under its idempotency key, and wait for what comes next.

        Args:
            caller: who sends it.
            message: what has happened.
            key: the request's idempotency key.
            patience: seconds to wait for the next step.

        Raises:
            MessageUnexpected, MessageAmbiguous, SessionNotFound, SessionEnded, VariablesInvalid: nothing is changed.
            EngineUnavailable, StoreUnavailable: the same request may be sent again.
        """
        check_variables(message.variables)
        new = uuid5(NAMESPACE_URL, f"{caller.identity} {key}")
        target = message.session or await self._of_customer(caller, message) or new
        request = once.Request(target, "message", message.model_dump_json(), answer=Session, begins=target == new)

        async def carry_out(known: UUID) -> Session:
            if known == new:
                return await self._start(caller, message, known, patience)
            return await self._deliver(caller, message, known, key, patience)

        return await once.once(
            self._context.idempotent,
            caller.identity,
            key,
            request,
            carry_out,
            lambda known: read(self._context, caller, known, 0),
        )

    async def _of_customer(self, caller: Caller, message: MessageRequest) -> UUID | None:
        if message.customer is None:
            return None
        wanted = Search(caller.tenant, customer=message.customer, states=_OPEN, limits=caller.limits)
        sessions = [hit.id for hit in await self._context.search.find(wanted, limit=_MOST_OPEN)]
        waiting = await asyncio.gather(*(self._waiting(session, message.name) for session in sessions))
        found = [session for session, instances in zip(sessions, waiting, strict=True) if instances]
        if len(found) > 1:
            raise MessageAmbiguous("several sessions of this customer wait for the message; name one of them")
        return found[0] if found else None

    async def _waiting(self, session: UUID, name: str) -> list[str]:
        instances = await self._context.engine.processes.find(str(session))
        return await self._context.engine.messages.waiting([instance.id for instance in instances], name)

    async def _deliver(
        self, caller: Caller, message: MessageRequest, session_id: UUID, key: str, patience: float
    ) -> Session:
        context = self._context
        session = await self._addressed(caller, session_id, message)
        correlation.bind(caller.correlation_id, session=str(session.id), script=session.script)
        with context.listener.changes(session.id) as changed:
            instances = await self._waiting(session.id, message.name)
            if instances:
                await self._hand_over(caller, message, session, key, instances)
            elif not await context.journal.was_received(session.id, message.name, key):
                raise MessageUnexpected("the session does not wait for this message now")
            position, _ = await asyncio.gather(
                settle(context, session, changed, patience), tell_others(context, session)
            )
        return session_view(await record_end(context, session, position, caller), position, caller.name)

    async def _addressed(self, caller: Caller, session_id: UUID, message: MessageRequest) -> StoredSession:
        session = await find_open(self._context, caller, session_id)
        if not caller.limits.cover(session.script, session.channel, session.team):
            raise SessionNotFound(f"no session {session_id}")
        if message.customer is not None and session.customer != message.customer:
            raise SessionNotFound(f"no session {session_id} of this customer")
        return session

    async def _hand_over(
        self, caller: Caller, message: MessageRequest, session: StoredSession, key: str, instances: list[str]
    ) -> None:
        data = {"name": message.name, "idempotency_key": key, "variables": message.variables}
        await self._context.journal.record(
            Event(
                EventType.MESSAGE_RECEIVED,
                tenant=session.tenant,
                session=session.id,
                actor=caller.name,
                correlation_id=caller.correlation_id,
                data=data,
            )
        )
        deliver = despite_races(self._context.engine.messages.deliver)
        delivered = 0
        for instance in instances:
            try:
                await deliver(instance, message.name, message.variables)
                delivered += 1
            except NotFound:
                continue  # somebody else was first
            except EngineUnavailable as error:
                if not error.sent:
                    await self._refuse(caller, session, key, "engine unavailable")
                raise
        if not delivered:
            await self._refuse(caller, session, key, "nothing waited for it any more")
            raise MessageUnexpected("the session does not wait for this message now")

    async def _refuse(self, caller: Caller, session: StoredSession, key: str, reason: str) -> None:
        await self._context.journal.record(
            Event(
                EventType.MESSAGE_REFUSED,
                tenant=session.tenant,
                session=session.id,
                actor=caller.name,
                correlation_id=caller.correlation_id,
                data={"idempotency_key": key, "reason": reason},
            )
        )

    async def _start(self, caller: Caller, message: MessageRequest, session_id: UUID, patience: float) -> Session:
        beginning = await self._beginning(caller, message, session_id)
        request = StartRequest(
            script=beginning.script,
            channel=message.channel,
            variables=message.variables,
            customer=message.customer,
            external_id=message.external_id,
            team=message.team,
        )
        return await start(self._context, caller, request, patience, session_id, at=beginning.element)

    async def _beginning(self, caller: Caller, message: MessageRequest, session_id: UUID) -> Beginning:
        earlier = await self._context.sessions.find(session_id, caller.tenant)
        if earlier is not None:  # an earlier try of the same request; the rollout may have been switched since
            found = await self._starts.of_release(message.name, earlier.script, earlier.release)
        else:
            start_of = Start(caller.tenant, message.channel, message.team, caller.name, session_id)
            found = await self._starts.rolled_out(message.name, start_of)
        if not found:
            raise MessageUnexpected("no session waits for this message, and no script starts with it")
        if len(found) > 1:
            raise MessageAmbiguous(f"several scripts start with it: {', '.join(one.script for one in found)}")
        return found[0]
