"""The public keys of an OpenID Connect issuer, fetched when they are needed and remembered (RFC 7517)."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from player_api.access.errors import IssuerUnavailable
from runtime import logs
from runtime.issuers import Issuer

_FRESH = 3600.0
"""Seconds for which keys are used without asking again."""
_ASK_AGAIN = 10.0
"""Seconds between two questions, however many tokens with unknown keys come: strangers must not make us ask."""
_LARGEST = 1_000_000
_log = logs.get(__name__)


class IssuerKeys:
    """The keys of one issuer.

    Args:
        issuer: whose.
        client: fetches them.
        clock: seconds, monotonic.
    """

    def __init__(self, issuer: Issuer, client: httpx.AsyncClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._client = client
        self._clock = clock
        self._keys: KeySet | None = None
        self._asked: float | None = None
        self._answered = False
        self._asking = asyncio.Lock()

    async def for_key(self, kid: str | None) -> KeySet:
        """Return the issuer's keys; asks for them anew where the one called ``kid`` is not among them.

        Raises:
            IssuerUnavailable: they can't be had.
        """
        if not self._is_good_for(kid):
            async with self._asking:
                if not self._is_good_for(kid) and self._may_ask():
                    await self._ask()
        if self._keys is None or not (self._answered or self._knows(kid)):
            raise IssuerUnavailable(f"the keys of {self._issuer.issuer} can't be fetched")
        return self._keys

    def _is_good_for(self, kid: str | None) -> bool:
        is_fresh = self._asked is not None and self._clock() - self._asked < _FRESH
        return self._keys is not None and is_fresh and self._knows(kid)

    def _knows(self, kid: str | None) -> bool:
        return self._keys is not None and (kid is None or any(key.kid == kid for key in self._keys))

    def _may_ask(self) -> bool:
        return self._asked is None or self._clock() - self._asked >= _ASK_AGAIN

    async def _ask(self) -> None:
        self._asked = self._clock()
        try:
            url = self._issuer.jwks_url or await self._discover()
            self._keys = KeySet(_usable(await self._fetch(url)))
            self._answered = True
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
            self._answered = False
            _log.warning("an issuer's keys can't be fetched", issuer=self._issuer.issuer, cause=type(error).__name__)

    async def _discover(self) -> str:
        """Ask where the keys are (OpenID Connect Discovery 1.0, section 4)."""
        address = self._issuer.issuer.rstrip("/") + "/.well-known/openid-configuration"
        said = await self._fetch(address)
        if said["issuer"] != self._issuer.issuer:
            raise ValueError("the issuer calls itself otherwise")
        return str(said["jwks_uri"])

    async def _fetch(self, url: str) -> Any:
        response = await self._client.get(url, headers={"Accept": "application/json"})
        if response.status_code != 200 or len(response.content) > _LARGEST:
            raise ValueError("the issuer's answer is not what it should be")
        return response.json()


def _usable(jwks: Any) -> list[Key]:
    """Read the public signing keys; what can't be read doesn't spoil the others."""
    keys = []
    for jwk in jwks["keys"]:
        if jwk.get("kty") not in {"RSA", "EC"} or jwk.get("use", "sig") != "sig":
            continue
        try:
            keys.append(JWKRegistry.import_key(jwk))
        except (JoseError, ValueError, TypeError, KeyError):
            _log.warning("a key of an issuer can't be read")
    return keys
