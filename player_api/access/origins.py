"""Which pages may call from a browser: the origins that each tenant has allowed, remembered for some seconds."""

from collections.abc import Mapping

from cachetools import TTLCache

from store.errors import StoreError
from store.origins import Origins

_EVERYTHING = "origins"


class AllowedOrigins:
    """The allowed origins of all tenants.

    Args:
        origins: where they are stored.
        remembered: seconds for which a change may go unnoticed by this process.
    """

    def __init__(self, origins: Origins, *, remembered: float = 5.0) -> None:
        self._origins = origins
        self._fresh: TTLCache[str, Mapping[str, frozenset[str]]] = TTLCache(maxsize=1, ttl=remembered)
        self._last: Mapping[str, frozenset[str]] = {}

    async def allows(self, origin: str, tenant: str | None) -> bool:
        """Say whether a tenant has allowed pages of an origin; for None, whether any tenant has.

        While the database is away, what was known last holds.
        """
        tenants = (await self._by_origin()).get(origin, frozenset())
        return bool(tenants) if tenant is None else tenant in tenants

    async def _by_origin(self) -> Mapping[str, frozenset[str]]:
        known = self._fresh.get(_EVERYTHING)
        if known is None:
            try:
                known = self._last = await self._origins.by_origin()
            except StoreError:
                known = self._last
            self._fresh[_EVERYTHING] = known
        return known
