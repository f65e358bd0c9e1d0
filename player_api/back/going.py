"""Carrying out an intent to go back, from wherever an earlier try of this or another process has stopped.

First the engine's tokens are moved, so that nothing goes on that is about to be undone; then compensable calls are
undone; only then the step is shown.
"""

from collections.abc import Mapping

from engine import EngineRejected, Modification, NotFound, Token, Value
from engine.errors import VariableInvalid
from functions.consistency import KEY_INPUT
from player_api.back.errors import BackBlocked
from player_api.back.plan import Move, Plan
from player_api.back.survey import Moved, Survey, survey
from player_api.back.variables import Changes, changes
from player_api.forms.sentences import Sentences
from player_api.sessions.context import SessionContext
from player_api.sessions.errors import SessionEnded
from runtime import correlation, logs
from store.backs import Back
from store.effects import Undoable
from store.journal import Event, EventType
from store.sessions import StoredSession

_TRIES = 5
_log = logs.get(__name__)


async def go_on(context: SessionContext, session: StoredSession) -> bool:
    """Carry out what a session's intent still takes, as far as it goes without waiting.

    Returns:
        Whether nothing is left of it; False too where another process is at it.

    Raises:
        EngineError, StoreUnavailable: the next who looks goes on.
    """
    back = await context.backs.claim(session.id)
    if back is None:
        return False
    try:
        return await carry_out(context, session, back)
    except (BackBlocked, SessionEnded):
        return True  # it was given up


async def carry_out(
    context: SessionContext, session: StoredSession, back: Back, surveyed: Survey | None = None
) -> bool:
    """Carry out a claimed intent as far as it goes without waiting; say whether nothing is left of it.

    Args:
        context: the parts to act with.
        session: which session.
        back: the intent.
        surveyed: where the session has just been seen.

    Raises:
        BackBlocked, SessionEnded: it was given up; the session stands where it stood.
        EngineError, StoreUnavailable: the next who looks goes on.
    """
    going = _Going(context, session, back, surveyed)
    try:
        return await going.run()
    finally:
        await context.backs.let_go(back.id)


class _Going:
    def __init__(
        self, context: SessionContext, session: StoredSession, back: Back, surveyed: Survey | None = None
    ) -> None:
        self._context = context
        self._session = session
        self._back = back
        self._survey = surveyed
        self._plan = Plan.read(back.plan)

    async def run(self) -> bool:
        if not self._back.moved:
            await self._move()
        for key in self._plan.effects:
            if not await self._is_undone(key):
                return False
        data = {"back": str(self._back.id), "to": self._back.step, "set_aside": list(self._plan.set_aside)}
        await self._context.backs.end(self._back.id, self._event(EventType.BACK_DONE, data))
        return True

    async def _move(self) -> None:
        try:
            await self._make_moves()
        except (BackBlocked, SessionEnded) as error:
            data = {"back": str(self._back.id), "to": self._back.step, "reason": str(error)}
            await self._context.backs.end(self._back.id, self._event(EventType.BACK_GIVEN_UP, data))
            raise
        await self._context.backs.keep(self._back.id, self._plan.stored(), moved=True)

    async def _make_moves(self) -> None:
        instance = await self._first_move()
        await self._restore(instance, self._plan.moves[0])
        for outer, inner in zip(self._plan.moves, self._plan.moves[1:], strict=False):
            called = await self._called(instance, outer)
            if called is None or not await self._move_within(called, inner):
                _log.warning("back_stopped_early", session=str(self._session.id), element=inner.element)
                return  # the called script stands at its beginning, from where it goes on
            instance = called
            await self._restore(instance, inner)

    async def _first_move(self) -> str:
        """Move the tokens of the instance that is still running; return its id."""
        for _ in range(_TRIES):
            first = self._plan.moves[0]
            assert first.instance is not None  # noqa: S101 - the outermost instance runs
            if await self._present(first.instance, first):
                return first.instance
            try:
                seen = self._survey or await survey(self._context, self._session, self._back.step)
                self._survey, self._plan = None, seen.plan
                await self._context.backs.keep(self._back.id, seen.plan.stored(), moved=False)
                await self._modify(seen.plan.moves[0], seen)
            except (Moved, EngineRejected) as error:
                _log.info("back_tried_again", session=str(self._session.id), cause=type(error).__name__)
        raise BackBlocked(Sentences(self._session.locale)("back_refused"))

    async def _present(self, instance: str, move: Move) -> Token | None:
        """The token that a move has made, None where it was not made."""
        try:
            tokens = await self._context.engine.processes.tokens(instance)
        except NotFound:
            raise SessionEnded("the session has ended") from None
        new = (token for token in tokens if token.element == move.element and token.id not in self._plan.before)
        return next(new, None)

    async def _modify(self, move: Move, seen: Survey) -> None:
        assert move.instance is not None  # noqa: S101 - as above
        await self._start(move.instance, move, tuple(seen.cancelled), skip_mappings=seen.skip_mappings)

    async def _start(self, instance: str, move: Move, cancelled: tuple[Token, ...], *, skip_mappings: bool) -> None:
        then = await self._snapshot(move)
        changed = await self._changes(instance, move, then)
        local = {name: value for name, value in then.items() if name in move.hidden} if skip_mappings else {}
        await self._context.engine.processes.modify(
            instance,
            Modification(
                element=move.element,
                scope=move.scope,
                flows=tuple(move.flows),
                cancelled=cancelled,
                variables=changed.at_once,
                local_variables=local,
                skip_mappings=skip_mappings,
            ),
        )

    async def _move_within(self, instance: str, move: Move) -> bool:
        """Move a called instance that has just been started; say whether it stands where it shall."""
        for _ in range(_TRIES):
            try:
                if await self._present(instance, move):
                    return True
                tokens = await self._context.engine.processes.tokens(instance)
                top = tuple(token for token in tokens if token.parent == instance)
                await self._start(instance, move, top, skip_mappings=True)
            except (EngineRejected, SessionEnded):
                continue
        return False

    async def _called(self, instance: str, move: Move) -> str | None:
        """The instance that the call activity of a move has started."""
        token = await self._present(instance, move)
        passed = await self._context.engine.history.passed(instance)
        return next((one.called_instance for one in passed if token and one.id == token.id), None)

    async def _snapshot(self, move: Move) -> Mapping[str, Value]:
        if move.snapshot is None:
            return {}
        return await self._context.snapshots.of(self._session.id, move.snapshot) or {}

    async def _changes(self, instance: str, move: Move, then: Mapping[str, Value]) -> Changes:
        if move.snapshot is None or move.kept is None:
            return Changes()
        current = await self._context.engine.processes.variables(instance)
        return changes(current, then, {*move.kept, *move.hidden})

    async def _restore(self, instance: str, move: Move) -> None:
        """Set right what could not be said while tokens moved, and what came of that."""
        changed = await self._changes(instance, move, await self._snapshot(move))
        if changed != Changes():
            await self._context.engine.processes.change_variables(instance, changed.values, changed.removed)

    async def _is_undone(self, key: str) -> bool:
        """Undo a call, or see whether that has ended."""
        call = next((it for it in await self._context.effects.undoable(self._session.id) if it.key == key), None)
        if call is None:
            return True
        begun = await self._context.engine.undos.begun(str(self._session.id))
        instance = call.undo_instance or await self._undo_of_an_earlier_try(begun) or await self._undo(call)
        if instance is None:
            return False
        if call.undo_instance is None:
            await self._context.effects.note_undo(key, instance)
        if not begun.get(instance, False):
            return False
        await self._context.effects.undone(key)
        return True

    async def _undo_of_an_earlier_try(self, begun: Mapping[str, bool]) -> str | None:
        """An undo that was started and not noted: one is started only when the one before has ended."""
        noted = await self._context.effects.undo_instances(self._session.id)
        return next((instance for instance in begun if instance not in noted), None)

    async def _undo(self, call: Undoable) -> str | None:
        """Begin to undo a call; None where that is not possible at present."""
        declared = await self._context.declarations.function(call.function)
        undo = await self._context.declarations.function(declared.undo) if declared and declared.undo else None
        if undo is None:
            _log.error("undo_not_declared", session=str(self._session.id), function=call.function)
            return None
        known = {**call.inputs, **call.outputs, KEY_INPUT: call.key}
        variables: dict[str, Value] = {it.name: known[it.name] for it in undo.inputs if it.name in known}
        variables |= {correlation.VARIABLE: self._back.correlation_id, "tenant": self._session.tenant}
        if self._session.customer is not None:
            variables["customer"] = self._session.customer
        try:
            return await self._context.engine.undos.start(str(self._session.id), undo.name, variables)
        except VariableInvalid as error:
            _log.error("undo_not_started", session=str(self._session.id), function=call.function, variable=error.name)
            return None

    def _event(self, kind: EventType, data: Mapping[str, object]) -> Event:
        return Event(
            kind,
            tenant=self._session.tenant,
            session=self._session.id,
            actor=self._back.actor,
            correlation_id=self._back.correlation_id,
            data=dict(data),
        )
