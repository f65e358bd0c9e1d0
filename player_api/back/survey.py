"""Where a session stands, and what going back from there takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine import PassedElement, Token
from functions.declaration import Effect
from player_api.back.errors import BackBlocked
from player_api.back.instances import Instance, instances_of
from player_api.back.plan import Move, Plan
from player_api.diagrams.diagram import Diagram
from player_api.forms.sentences import Sentences
from player_api.sessions.context import SessionContext
from player_api.sessions.trail import Answered, Trail, read_trail
from player_api.sessions.visited import why_not_back
from store.sessions import StoredSession
from store.snapshots import AT_START

_CLOCKS = timedelta(seconds=2)
"""A variable that was made so shortly before a snapshot may be missing in it, so it is left as it is."""
_WAITING = frozenset({"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity"})


@dataclass(frozen=True)
class Survey:
    """A plan, and where the engine stood when it was made.

    Attributes:
        cancelled: the tokens that end.
        branches: what waits on each branch that is given up, as people name it.
        skip_mappings: something that ends has output parameters, which would be evaluated.
    """

    plan: Plan
    cancelled: Sequence[Token]
    branches: Sequence[str]
    skip_mappings: bool


class Moved(Exception):
    """The engine has gone on while it was looked at."""


async def survey(context: SessionContext, session: StoredSession, step: str) -> Survey:
    """Look where a session stands and find out what going back to an answered step takes.

    The journal is read after the engine's history: an answer or a call is in the journal before the engine goes on.

    Raises:
        SessionEnded: there is nothing to go back from.
        BackBlocked: it is not possible.
        Moved: look again.
        EngineError: the engine can't say.
    """
    forgotten = {name for back in await context.backs.made(session.id) for name in back.plan["undone"]}
    instances = await instances_of(context.engine, context.diagrams, str(session.id), forgotten)
    trail = read_trail(await context.journal.trail(session.id, session.created_at))
    to = next((one for one in trail.answered if one.step == step), None)
    if to is None:
        raise BackBlocked(Sentences(session.locale)("back_unknown"))
    if reason := await why_not_back(context, session, trail, to):
        raise BackBlocked(reason)
    return await _Surveyor(context, session, trail, instances).survey(to)


class _Surveyor:
    def __init__(
        self, context: SessionContext, session: StoredSession, trail: Trail, instances: Sequence[Instance]
    ) -> None:
        self._context = context
        self._session = session
        self._trail = trail
        self._instances = instances
        self._say = Sentences(session.locale)
        self._answers = {one.step: one for one in trail.answered}

    async def survey(self, to: Answered) -> Survey:
        found = next(((it, one) for it in self._instances if (one := it.lineage.of_task(to.step))), None)
        if found is None or found[1].ended is None:
            raise BackBlocked(self._say("back_unknown"))
        instance, start = found
        levels = list(self._levels(instance, start))
        undone = {start.id, *(name for _, _, after in levels for name in after.ids)}
        undone |= self._called_by(undone)
        await self._refuse(levels, undone)
        moves = [self._move(it, one, after, undone, to) for it, one, after in reversed(levels)]
        top = levels[-1][0]
        tokens = await self._tokens(top)
        cancelled = [token for token in tokens if self._ends(top, token, undone)]
        ids = {token.id for token in cancelled}
        leaves = [token for token in cancelled if not any(other.parent == token.id for other in cancelled)]
        elements = {it.id: it for it in top.lineage.diagram.elements.values()}
        plan = Plan(
            moves=moves,
            before=self._before(moves, tokens),
            undone=sorted(undone),
            set_aside=sorted(self._set_aside(undone)),
            effects=await self._effects(undone),
        )
        return Survey(
            plan,
            [token for token in cancelled if token.parent not in ids],
            [elements[token.element].name or token.element for token in leaves if token.element in elements],
            any(elements[token.element].outputs for token in cancelled if token.element in elements),
        )

    def _levels(self, instance: Instance, start: PassedElement) -> Iterator[tuple[Instance, PassedElement, Any]]:
        """The instances that are changed, from inside out, each with where it starts and what came of that."""
        place: PassedElement | None = start
        for it in instance.chain():
            assert place is not None  # noqa: S101 - a called instance has its call
            yield it, place, it.lineage.after(place)
            if it.is_running:
                return
            place = it.call

    def _called_by(self, undone: set[str]) -> set[str]:
        """Everything in the instances that were called by what is undone, at any depth."""
        found: set[str] = set()
        for it in self._instances:
            if it.call is not None and it.call.id in undone | found:
                found |= {one.id for one in it.lineage.passed}
        return found

    async def _refuse(self, levels: Sequence[tuple[Instance, PassedElement, Any]], undone: set[str]) -> None:
        for it, start, _ in levels:
            if it.lineage.diagram.is_repeated(start.element):
                raise BackBlocked(self._say("back_to_repeated"))
            if not it.is_running:
                await self._refuse_restart(it.lineage.diagram)
        waiting = await self._failed()
        for it in self._instances:
            for one in it.lineage.alive.values():
                element = it.lineage.element(one)
                if one.ended is not None or one.id not in undone or element is None:
                    continue
                if it.lineage.diagram.is_repeated(element.id):
                    raise BackBlocked(self._say("back_from_repeated"))
                if element.topic and element.id not in waiting and await self._changes_something(element.topic):
                    raise BackBlocked(self._say("back_running", function=element.name or element.topic))

    async def _failed(self) -> set[str]:
        """Ids of the service tasks that nobody is working on, because they have failed."""
        running = [it.id for it in self._instances if it.is_running]
        tasks = await self._context.engine.external_tasks.waiting(running)
        return {task.activity_id for task in tasks if task.retries == 0}

    async def _changes_something(self, topic: str) -> bool:
        function = await self._context.declarations.function(topic)
        return function is None or function.effect is not Effect.READ

    async def _refuse_restart(self, diagram: Diagram) -> None:
        """A called script that is begun anew must not change anything before it comes to its first step."""
        left = [element.id for element in diagram.starts.get(diagram.key, ())]
        seen: set[str] = set()
        while left:
            element = diagram.elements[left.pop()]
            if element.id in seen or element.kind in _WAITING:
                continue
            seen.add(element.id)
            if element.topic is not None:
                if await self._changes_something(element.topic):
                    raise BackBlocked(self._say("back_restarts", function=element.name or element.topic))
                continue
            left += [flow.target for flow in diagram.leaving.get(element.id, ())]
            left += [inner.id for inner in diagram.starts.get(element.id, ())]

    def _move(self, it: Instance, start: PassedElement, after: Any, undone: set[str], to: Answered) -> Move:
        diagram = it.lineage.diagram
        is_target = start.task_id == to.step
        snapshot, since = (to.step, start) if is_target else self._last_snapshot(it, undone)
        hidden = {
            *diagram.elements[start.element].inputs,
            *(name for s in diagram.scopes(start.element) for name in s.inputs),
        }
        return Move(
            instance=it.id if it.is_running else None,
            element=start.element,
            scope=after.scope if it.is_running else None,
            flows=after.restarts,
            snapshot=snapshot,
            kept=self._kept(it, start, since, undone) if it.is_running else [],
            hidden=sorted(hidden),
        )

    def _last_snapshot(self, it: Instance, undone: set[str]) -> tuple[str | None, PassedElement | None]:
        """The last step of an instance that still counts, or what the session was started with."""
        steps = [one for one in it.lineage.alive.values() if one.task_id in self._answers and one.id not in undone]
        if steps:
            last = max(steps, key=lambda one: one.ended or one.started)
            return last.task_id, last
        return (AT_START if it.caller is None else None), None

    def _kept(
        self, it: Instance, start: PassedElement, since: PassedElement | None, undone: set[str]
    ) -> list[str] | None:
        """Variables that were made after a snapshot by what still counts."""
        kept: set[str] = set()
        for one in it.lineage.alive.values():
            element = it.lineage.element(one)
            if one.id in undone or one is start or one.ended is None or element is None:
                continue
            if since is not None and since.ended is not None and one.ended < since.ended - _CLOCKS:
                continue
            if element.makes_anything:
                return None
            kept |= element.made
            if one.task_id in self._answers:
                kept |= set(self._answers[one.task_id].answers)
        return sorted(kept)

    async def _tokens(self, top: Instance) -> list[Token]:
        tokens = await self._context.engine.processes.tokens(top.id)
        there = {token.id for token in tokens if not token.in_transition}
        on_the_way = {token.element for token in tokens if token.in_transition}
        remembered = {one.id: one.element for one in top.lineage.passed if one.ended is None}
        if not there <= set(remembered) or any(
            name not in there and element not in on_the_way for name, element in remembered.items()
        ):
            raise Moved
        return tokens

    def _ends(self, top: Instance, token: Token, undone: set[str]) -> bool:
        if not token.in_transition:
            return token.id in undone
        arriving = top.lineage.diagram.arriving.get(token.element, ())
        sources = {token.element, *(flow.source for flow in arriving)}
        times = [one for one in top.lineage.alive.values() if one.element in sources and one.parent == token.parent]
        return bool(times) and max(times, key=lambda one: one.ended or one.started).id in undone

    def _before(self, moves: Sequence[Move], tokens: Sequence[Token]) -> list[str]:
        elements = {move.element for move in moves}
        known = {one.id for it in self._instances for one in it.lineage.passed if one.element in elements}
        return sorted(known | {token.id for token in tokens})

    def _set_aside(self, undone: set[str]) -> set[str]:
        """User tasks, answered or being answered at this moment, and manual entries."""
        passed = [one for it in self._instances for one in it.lineage.passed if one.id in undone]
        manual = {one.step for one in self._answers.values() if self._is_undone_entry(one, undone)}
        return manual | {one.task_id for one in passed if one.task_id is not None}

    def _is_undone_entry(self, answered: Answered, undone: set[str]) -> bool:
        one = self._nearest(answered.key, answered.at) if answered.definition is None else None
        return one is not None and one.id in undone

    def _nearest(self, element: str, moment: datetime) -> PassedElement | None:
        times = [one for it in self._instances if (one := it.lineage.nearest(element, moment))]
        return min(times, key=lambda one: abs(one.started - moment), default=None)

    async def _effects(self, undone: set[str]) -> list[str]:
        keys: list[str] = []
        for call in await self._context.effects.undoable(self._session.id):
            one = self._nearest(call.activity_id, call.begun_at)
            if one is None or one.id not in undone:
                continue
            function = await self._context.declarations.function(call.function)
            if function is None or function.undo is None:
                raise BackBlocked(self._say("back_no_undo", function=call.function))
            keys.append(call.key)
        return keys
