"""Telling who calls from what they carry: an API key, or a token that somebody has signed."""

from cachetools import TTLCache

from player_api.access.embed_tokens import EmbedTokens
from player_api.access.errors import OriginRefused, Unauthenticated
from player_api.access.principal import Principal
from store.keys import ApiKey, Keys, digest


class KeyRing:
    """API keys, remembered for some seconds so that a busy caller costs no query a request.

    A revoked key is therefore honoured for at most ``remembered`` seconds more.
    """

    def __init__(self, keys: Keys, *, remembered: float = 5.0) -> None:
        self._keys = keys
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
        return Principal(f"key:{known.name}", known.tenant, known.roles)


class Bearers:
    """Everything that a bearer may be.

    Args:
        keys: the API keys.
        embed_tokens: what pages carry that hold the player.
    """

    def __init__(self, keys: KeyRing, embed_tokens: EmbedTokens) -> None:
        self._keys = keys
        self._embed_tokens = embed_tokens

    async def principal(self, bearer: str, origin: str | None) -> Principal:
        """Return whom a key or token stands for, see `SignIn`.

        Raises:
            Unauthenticated: it is unknown, forged, expired or revoked.
            OriginRefused: the token is for a page of another origin.
            StoreUnavailable: the database cannot be reached.
        """
        if not _is_token(bearer):
            return await self._keys.principal(bearer)
        grant = self._embed_tokens.read(bearer)
        if origin is not None and origin != grant.origin:
            raise OriginRefused("this token is for a page of another origin")
        return Principal(
            f"operator:{grant.operator}", grant.tenant, frozenset({"operator"}), grant.teams, grant.expires_at
        )


def _is_token(bearer: str) -> bool:
    """A signed token has three parts (RFC 7515); no key of ours has a dot."""
    return bearer.count(".") == 2
