"""Asking for answers before a step is submitted, where it is known what the functions after it will be asked."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache, TTLCache

from functions.execution import Prefetch, PrefetchRequest
from functions.pins import Pin
from player_api.forms.answers import AnswerChecker
from player_api.forms.sentences import Sentences
from player_api.workers_link import WorkersLink, WorkersUnavailable
from runtime import logs
from store.errors import StoreError
from store.releases import Prefetch as Following
from store.releases import Releases
from store.sessions import StoredSession

if TYPE_CHECKING:
    from player_api.sessions.open_steps import OpenStep

_RELEASES = 500
_REMEMBERED = 20_000
_FORGOTTEN = 3600.0
"""Seconds after which the same may be asked again for a step."""
_AT_ONCE = 50
_log = logs.get(__name__)


class Prefetching:
    """Sends prefetches to the workers, and never delays or fails what gave the occasion.

    The same inputs are sent once for a step. Where too many are under way, further ones are left to the tasks.
    """

    def __init__(self, releases: Releases, workers: WorkersLink, answers: AnswerChecker) -> None:
        self._releases = releases
        self._answers = answers
        self._workers = workers
        self._known: MutableMapping[tuple[str, int], Sequence[Following]] = LRUCache(_RELEASES)
        self._sent: MutableMapping[str, bool] = TTLCache(_REMEMBERED, _FORGOTTEN)
        self._running: set[asyncio.Task[None]] = set()

    def consider(self, session: StoredSession, step: "OpenStep", typed: Mapping[str, Any] | None = None) -> None:
        """Ask what can be asked at a step, soon; returns at once.

        Args:
            session: whose step.
            step: as it is shown.
            typed: answers that were typed and not submitted; None where the step is only shown.
        """
        release = (session.script, session.release)
        if not self._workers.is_linked or self._known.get(release) == [] or len(self._running) >= _AT_ONCE:
            return
        task = asyncio.create_task(self._prefetch(session, step, typed))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _prefetch(self, session: StoredSession, step: "OpenStep", typed: Mapping[str, Any] | None) -> None:
        try:
            following = await self._following(session.script, session.release)
            wanted = [item for item in following if item.step == step.shown.key]
            if calls := [call for item in wanted if (call := await self._call(session, step, typed, item))]:
                await self._workers.prefetch(PrefetchRequest(calls=calls[:20]), session.correlation_id)
        except (StoreError, WorkersUnavailable, ValueError) as error:
            # Of values that are no JSON the error would show what they are.
            _log.info("not_prefetched", session=str(session.id), error=type(error).__name__)

    async def _following(self, script: str, release: int) -> Sequence[Following]:
        known = self._known.get((script, release))
        if known is None:
            known = self._known[script, release] = await self._releases.prefetches(script, release)
        return known

    async def _call(
        self, session: StoredSession, step: "OpenStep", typed: Mapping[str, Any] | None, item: Following
    ) -> Prefetch | None:
        """The call for one function; None where an input is not known yet, or it was sent before."""
        asked = {field.key for field in step.form.fields if not field.read_only}
        variables = set(item.inputs.values())
        if item.repeats and variables.isdisjoint(typed or ()):
            return None  # what the step shows was asked on the way here
        shown = {key: value for key, value in step.variables.items() if key in asked}
        given, say = {**shown, **(typed or {})}, Sentences(session.locale)
        answers = await self._answers.valid_so_far(step.form, given, step.variables, say)
        known = {name: value for name, value in step.variables.items() if name not in asked} | answers
        needed = {declared.name for declared in Pin.read(item.pin).contract.inputs if declared.required}
        if any(known.get(variable) is None for name, variable in item.inputs.items() if name in needed):
            return None
        inputs = {name: known.get(variable) for name, variable in item.inputs.items()}
        if not self._is_new(step.shown.id, item.element, inputs):
            return None
        return Prefetch(
            function=item.function,
            pin=item.pin,
            inputs=inputs,
            session_id=str(session.id),
            activity_id=item.element,
            tenant=session.tenant,
            customer=session.customer,
            correlation_id=session.correlation_id,
        )

    def _is_new(self, *question: object) -> bool:
        # A digest: what customers have said is not kept here.
        key = hashlib.sha256(json.dumps(question, default=str, sort_keys=True).encode()).hexdigest()
        if key in self._sent:
            return False
        self._sent[key] = True
        return True

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Cut off, at the end of the block, what is still under way."""
        try:
            yield
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
