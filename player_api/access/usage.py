"""What signing in leaves behind: which keys were used, and what was tried in vain. Told to the store now and then."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from player_api.access.rates import Rates
from runtime import logs
from store.errors import StoreError
from store.journal import Event, EventType, Journal
from store.keys import Keys
from store.request_counts import RequestCounts

_SHARING = 1.0
_TELLING = 60.0
_ADDRESSES = 20
"""So many addresses of one minute are named, those that tried most often."""
_log = logs.get(__name__)


class Usage:
    """Gathers in this process.

    Failures are counted, not written one by one: whoever guesses keys must not be able to fill the journal.
    """

    def __init__(self, keys: Keys, journal: Journal) -> None:
        self._keys = keys
        self._journal = journal
        self._used: set[str] = set()
        self._failed: dict[str, Counter[str]] = {}

    def key_used(self, name: str) -> None:
        """Note that a key was good."""
        self._used.add(name)

    def failed(self, reason: str, address: str | None) -> None:
        """Note that somebody was not let in.

        Args:
            reason: a word for why.
            address: from where.
        """
        self._failed.setdefault(reason, Counter())[address or "unknown"] += 1

    async def tell(self) -> None:
        """Write down what was gathered.

        Raises:
            StoreUnavailable: what is left is told next time.
        """
        if self._used:
            used, self._used = self._used, set()
            await self._keys.were_used(used)
        while self._failed:
            reason, addresses = self._failed.popitem()
            most = dict(addresses.most_common(_ADDRESSES))
            data = {"reason": reason, "count": addresses.total(), "addresses": most}
            await self._journal.record(Event(EventType.SIGN_IN_FAILED, data=data))


@asynccontextmanager
async def telling(usage: Usage, rates: Rates, counts: RequestCounts) -> AsyncIterator[None]:
    """Tell the store beside the work of the block: of busy callers every second, of everything else every minute."""

    async def everything_else() -> None:
        await usage.tell()
        await counts.forget_old()

    acts = ((rates.share, _SHARING), (everything_else, _TELLING))
    tasks = [asyncio.create_task(_for_ever(act, every)) for act, every in acts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _once(usage.tell)


async def _for_ever(act: Callable[[], Awaitable[None]], every: float) -> None:
    while True:
        await asyncio.sleep(every)
        await _once(act)


async def _once(act: Callable[[], Awaitable[None]]) -> None:
    try:
        await act()
    except StoreError as error:
        _log.warning("usage was not told", cause=type(error).__name__)
