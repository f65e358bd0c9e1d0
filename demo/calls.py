"""A demo system's own record of the calls that reached it: the judge of what really happened."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the system.

    Attributes:
        at: when it arrived.
        path: template of the path, ``/accounts/{account}/balance``: never customers' data.
        key: its Idempotency-Key.
        correlation_id: its X-Correlation-Id.
        status: HTTP status that was sent, None where no answer was.
        fault: the fault that was played, None for an honest answer.
        milliseconds: from arrival to answer.
    """

    at: datetime
    method: str
    path: str
    key: str | None
    correlation_id: str | None
    status: int | None
    fault: str | None
    milliseconds: float


class CallLog:
    """The last calls, numbered from 1 in the order in which they ended. Kept in memory: a restart empties it.

    Attributes:
        total: calls that have ended.
        running: calls that have arrived and not ended.

    Args:
        since: the time from which calls are recorded.
        keep: how many calls are kept; the oldest give way.
    """

    def __init__(self, since: datetime, keep: int = 100_000) -> None:
        self.since = since
        self.total = 0
        self.running = 0
        self._calls: deque[Call] = deque(maxlen=keep)

    def add(self, call: Call) -> None:
        """Record a call that is over."""
        self.total += 1
        self._calls.append(call)

    def after(self, number: int, limit: int) -> list[tuple[int, Call]]:
        """At most ``limit`` calls with higher numbers than ``number``; what gave way is missing."""
        first = self.total - len(self._calls) + 1
        start = max(number + 1 - first, 0)
        end = min(start + limit, len(self._calls))
        return [(first + index, self._calls[index]) for index in range(start, end)]
