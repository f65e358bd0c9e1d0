"""The judge: were answers wrong, or older than declared? By the demo systems' own record of what reached them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel

from bench.replay.operator import Json, Walked
from bench.replay.policies import Promise

TOLERANCE = timedelta(seconds=1)
"""Between the moment a system has answered and the moment the answer is kept."""
_REUSED = frozenset({"memory", "cache", "shared", "stale"})
"""Sources of answers for which no call was made just now."""


class LoggedCall(BaseModel):
    """A call as the system that got it recorded it."""

    at: AwareDatetime
    method: str
    path: str
    key: str | None
    correlation_id: str | None
    status: int | None
    fault: str | None
    milliseconds: float

    @property
    def ended(self) -> datetime:
        """When the system had answered."""
        return self.at + timedelta(milliseconds=self.milliseconds)

    @property
    def was_honest(self) -> bool:
        """Whether the system did what it was asked and said so."""
        return self.fault is None and self.status is not None and self.status < 300


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a function, as the session's history tells it.

    Attributes:
        source: where its outputs came from.
        began: when a worker took it up.
        outcome: ``succeeded``, ``refused`` or ``failed``.
        is_ahead: no task wanted it yet: it was a prefetch.
    """

    function: str
    source: str
    outcome: str
    is_ahead: bool
    began: datetime
    duration: timedelta
    attempts: int

    @classmethod
    def all_of(cls, history: Sequence[Json]) -> "list[Run]":
        """Read the runs out of a session's history."""
        called = [event["data"] for event in history if event["type"] == "function_called"]
        return [
            cls(
                function=data["function"],
                source=data["source"],
                outcome=data["outcome"],
                is_ahead=data["purpose"] == "prefetch",
                began=datetime.fromisoformat(data["started"]),
                duration=timedelta(milliseconds=data["duration_ms"]),
                attempts=data["attempts"],
            )
            for data in called
        ]


Truth = Mapping[str, Mapping[str, Any]]
"""By account: the variables that a function should give, where they did not change during the replay."""


class Judge:
    """Compares what operators were shown with what the systems said.

    Args:
        promises: what the functions promise.
        calls: everything that reached the systems on behalf of the sessions.
        truth: what the systems say when asked directly.
    """

    def __init__(self, promises: Iterable[Promise], calls: Sequence[LoggedCall], truth: Truth) -> None:
        self._promises = {promise.function: promise for promise in promises}
        self._by_correlation: dict[str, list[LoggedCall]] = {}
        for call in calls:
            self._by_correlation.setdefault(call.correlation_id or "", []).append(call)
        self._truth = truth

    def wrong(self, walked: Sequence[Walked]) -> list[str]:
        """Find wrong, too old and repeated answers; a sentence each."""
        by_account: dict[str, list[Walked]] = {}
        for each in walked:
            by_account.setdefault(each.walk.account, []).append(each)
        found: list[str] = []
        for each in walked:
            found += self._untrue(each)
            found += self._too_old(each, by_account[each.walk.account])
            found += self._not_as_done(each)
        return found

    def _untrue(self, walked: Walked) -> Iterator[str]:
        truth = self._truth.get(walked.walk.account, {})
        instead = [self._promises[run.function].instead for run in Run.all_of(walked.history) if run.source == "value"]
        for shown in walked.shown:
            for name in sorted(truth.keys() & shown.data.keys()):
                right = [truth[name], *(values[name] for values in instead if name in values)]
                if shown.data[name] is not None and shown.data[name] not in right:
                    yield f"session {walked.walk.number}: {shown.key} showed another {name} than the system has"

    def _too_old(self, walked: Walked, of_customer: Sequence[Walked]) -> Iterator[str]:
        for run in Run.all_of(walked.history):
            promise = self._promises[run.function]
            if run.is_ahead or run.source not in _REUSED or run.outcome == "failed":
                continue
            used = run.began + run.duration
            last = self._last_asked(promise, of_customer, used)
            allowed = promise.stale if run.source == "stale" else promise.fresh
            where = f"session {walked.walk.number}: the {run.source} answer of {run.function}"
            if last is None:
                yield f"{where} came from no call"
            elif allowed is None or used - last > allowed + TOLERANCE:
                yield f"{where} was {used - last} old"
            elif self._made_untrue(run.function, of_customer, last, used - run.duration):
                yield f"{where} had been made untrue meanwhile"

    def _last_asked(self, promise: Promise, of_customer: Sequence[Walked], used: datetime) -> datetime | None:
        """When the last answer came that may have been used; of what leaves no record, as the histories tell."""
        if promise.path is None:
            runs = [run for each in of_customer for run in Run.all_of(each.history) if run.function == promise.function]
            asked = [run for run in runs if (run.source, run.outcome) == ("call", "succeeded") and run.began < used]
            return max((run.began + run.duration for run in asked), default=None)
        calls = [call for each in of_customer for call in self._calls(each, promise)]
        return max((call.ended for call in calls if call.was_honest and call.at < used), default=None)

    def _made_untrue(self, function: str, of_customer: Sequence[Walked], after: datetime, before: datetime) -> bool:
        writers = [promise for promise in self._promises.values() if function in promise.invalidates]
        calls = [call for each in of_customer for writer in writers for call in self._calls(each, writer)]
        return any(call.was_honest and after < call.ended < before - TOLERANCE for call in calls)

    def _calls(self, walked: Walked, promise: Promise) -> list[LoggedCall]:
        calls = self._by_correlation.get(walked.correlation_id, [])
        return [call for call in calls if (call.method, call.path) == (promise.method, promise.path)]

    def _not_as_done(self, walked: Walked) -> Iterator[str]:
        calls = self._by_correlation.get(walked.correlation_id, [])
        made = Counter((call.method, call.path) for call in calls if call.status == 201)
        for (method, path), times in made.items():
            if times > 1:
                yield f"session {walked.walk.number}: {method} {path} was done {times} times"
        for run in Run.all_of(walked.history):
            promise = self._promises[run.function]
            is_done = promise.is_read or any(call.was_honest for call in self._calls(walked, promise))
            if run.outcome == "succeeded" and not is_done:
                yield f"session {walked.walk.number}: {run.function} is said to be done, and is not"
