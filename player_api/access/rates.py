"""How many requests a caller may send in a minute, counted in this process and shared with the others."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from player_api.access.errors import RateExceeded
from player_api.access.principal import Principal
from store.request_counts import RequestCounts

_MINUTE = 60
_SHARED_FROM = 0.05
"""Part of its allowance that a caller has to use up in one process before the others are told."""


class Rates:
    """Counts requests by principal, minute by minute.

    Taking costs no query: processes tell each other now and then, of callers who come often, so together they may let
    pass somewhat more than is allowed.

    Args:
        counts: where processes meet.
        a_person: requests a minute of an operator or another person.
        a_key: requests a minute of an API key that has no number of its own.
        clock: seconds since 1970.
    """

    def __init__(
        self, counts: RequestCounts, *, a_person: int, a_key: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._counts = counts
        self._a_person = a_person
        self._a_key = a_key
        self._clock = clock
        self._minute = 0
        self._told: dict[str, int] = {}
        self._untold: dict[str, int] = {}
        self._often: set[str] = set()

    def take(self, principal: Principal) -> None:
        """Count one request.

        Raises:
            RateExceeded: the caller has used up this minute's allowance.
        """
        now = self._clock()
        self._begin(int(now // _MINUTE))
        who = principal.identity
        allowed = self._allowance(principal)
        untold = self._untold.get(who, 0)
        if self._told.get(who, 0) + untold >= allowed:
            wait = _MINUTE - int(now % _MINUTE)
            raise RateExceeded(f"{allowed} requests a minute are allowed; go on in {wait} s", wait)
        self._untold[who] = untold + 1
        if untold >= allowed * _SHARED_FROM:
            self._often.add(who)

    async def share(self) -> None:
        """Tell the other processes of callers who come often, and learn what they have counted.

        Raises:
            StoreUnavailable: it is told next time.
        """
        minute, often = self._minute, {who: self._untold[who] for who in self._often}
        if not often:
            return
        totals = await self._counts.add(datetime.fromtimestamp(minute * _MINUTE, UTC), often)
        if minute == self._minute:
            for who, told in often.items():
                self._told[who] = totals[who]
                self._untold[who] -= told
            self._often -= {who for who in often if self._untold[who] == 0}

    def _begin(self, minute: int) -> None:
        if minute != self._minute:
            self._minute = minute
            self._told, self._untold, self._often = {}, {}, set()

    def _allowance(self, principal: Principal) -> int:
        if principal.limits.requests_a_minute is not None:
            return principal.limits.requests_a_minute
        return self._a_key if principal.name.startswith("key:") else self._a_person
