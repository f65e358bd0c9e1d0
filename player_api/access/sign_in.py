"""Telling who calls from what they carry: an API key, or a token that somebody has signed."""

from collections.abc import Callable

from cachetools import TTLCache

from player_api.access.embed_tokens import EmbedTokens, Grant
from player_api.access.errors import OriginRefused, TokenExpired, Unauthenticated
from player_api.access.oidc import Issuers
from player_api.access.principal import Presented, Principal, Role
from player_api.access.rates import Rates
from player_api.access.usage import Usage
from store.keys import ApiKey, Keys, digest


class KeyRing:
    """API keys, remembered for some seconds so that a busy caller costs no query a request.

    A revoked key is therefore honoured for at most ``remembered`` seconds more.

    Args:
        keys: where they are stored.
        used: gets the name of each key that was good.
        remembered: seconds.
    """

    def __init__(self, keys: Keys, used: Callable[[str], None], *, remembered: float = 5.0) -> None:
        self._keys = keys
        self._used = used
        self._known: TTLCache[bytes, ApiKey] = TTLCache(maxsize=10_000, ttl=remembered)

    async def principal(self, key: str) -> Principal:
        """Return whom a key stands for.

        Raises:
            Unauthenticated: the key is unknown, expired or revoked.
            StoreUnavailable: the database cannot be reached.
        """
        fingerprint = digest(key)
        known = self._known.get(fingerprint)
        if known is None:
            known = await self._keys.find(key)
            if known is None:
                raise Unauthenticated("the API key is unknown, expired or revoked")
            self._known[fingerprint] = known
            self._used(known.name)
        return Principal(f"key:{known.name}", known.tenant, known.roles, known.limits, known.expires_at)


class Bearers:
    """Everything that a bearer may be.

    Args:
        keys: the API keys.
        embed_tokens: what pages carry that hold the player.
        issuers: who else may say who somebody is.
        rates: how often anybody may call.
        usage: what is noted of it.
    """

    def __init__(self, keys: KeyRing, embed_tokens: EmbedTokens, issuers: Issuers, rates: Rates, usage: Usage) -> None:
        self._keys = keys
        self._embed_tokens = embed_tokens
        self._issuers = issuers
        self._rates = rates
        self._usage = usage

    async def principal(self, presented: Presented) -> Principal:
        """Return whom a key or token stands for, see `SignIn`."""
        try:
            principal = await self._identify(presented)
        except TokenExpired:
            raise
        except (Unauthenticated, OriginRefused) as error:
            self._usage.failed(_reason(presented, error), presented.address)
            raise
        self._rates.take(principal)
        return principal

    async def _identify(self, presented: Presented) -> Principal:
        if presented.bearer is None:
            raise Unauthenticated("send the API key or token as: Authorization: Bearer …")
        if not _is_token(presented.bearer):
            return await self._keys.principal(presented.bearer)
        if self._issuers.issued(presented.bearer):
            return await self._issuers.principal(presented.bearer)
        grant = self._embed_tokens.read(presented.bearer)
        if presented.origin is not None and presented.origin != grant.origin:
            raise OriginRefused("this token is for a page of another origin")
        return _operator(grant)


def _operator(grant: Grant) -> Principal:
    roles = frozenset({Role.OPERATOR})
    return Principal(f"operator:{grant.operator}", grant.tenant, roles, grant.limits, grant.expires_at)


def _is_token(bearer: str) -> bool:
    """A signed token has three parts (RFC 7515); no key of ours has a dot."""
    return bearer.count(".") == 2


def _reason(presented: Presented, error: Exception) -> str:
    if isinstance(error, OriginRefused):
        return "token of another origin"
    if presented.bearer is None:
        return "nothing presented"
    return "token not valid" if _is_token(presented.bearer) else "key not valid"
