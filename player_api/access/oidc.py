"""Signing in with a token of an OpenID Connect issuer that an administrator trusts (RFC 7519, RFC 8725)."""

import json
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError

from player_api.access.errors import Forbidden, TokenExpired, Unauthenticated
from player_api.access.issuer_keys import IssuerKeys
from player_api.access.principal import Principal, Role
from runtime.issuers import ClaimPath, Issuer
from runtime.tls import trusted
from store.keys import Limits

_LONGEST_NAME = 100
_TIMEOUT = 5.0
_FAR_AWAY = 2**37
"""Seconds since 1970, some thousand years from now."""


class Issuers:
    """The issuers whose tokens are accepted.

    Args:
        issuers: as set.
        clock: seconds since 1970.
    """

    def __init__(self, issuers: Iterable[Issuer], clock: Callable[[], float] = time.time) -> None:
        self._client = httpx.AsyncClient(
            timeout=_TIMEOUT, transport=AiohttpTransport(verify=trusted(), client=_session)
        )
        self._known = {issuer.issuer: (issuer, IssuerKeys(issuer, self._client)) for issuer in issuers}
        self._clock = clock

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Close all connections at the end of the block."""
        async with self._client:
            yield

    def issued(self, token: str) -> bool:
        """Say whether a token claims to be of one of the issuers; nothing is checked by that."""
        return _claimed_issuer(token) in self._known

    async def principal(self, token: str) -> Principal:
        """Return whom a token stands for.

        Raises:
            TokenExpired: it was good and its time is over.
            Unauthenticated: it is forged, not yet valid, or meant for somebody else.
            Forbidden: it is good and names no tenant of ours.
            IssuerUnavailable: the issuer's keys can't be had.
        """
        issuer, keys = self._known[str(_claimed_issuer(token))]
        claims = await self._checked(token, issuer, keys)
        return _principal(issuer, claims)

    async def _checked(self, token: str, issuer: Issuer, keys: IssuerKeys) -> dict[str, Any]:
        required = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock()),
            leeway=issuer.leeway,
            iss={"essential": True, "value": issuer.issuer},
            aud={"essential": True, "value": issuer.audience},
            exp={"essential": True},
        )
        try:
            key_set = await keys.for_key(_key_id(token))
            claims = jwt.decode(token, key_set, issuer.algorithms).claims
            required.validate(claims)
        except ExpiredTokenError:
            raise TokenExpired("the token has expired; sign in again") from None
        except (JoseError, ValueError, TypeError):
            raise Unauthenticated("the token is not valid") from None
        return claims


def _principal(issuer: Issuer, claims: dict[str, Any]) -> Principal:
    name = _claim(claims, issuer.name_claim)
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise Unauthenticated(f"the token has no name in {'.'.join(issuer.name_claim)}")
    tenant = issuer.tenant or _claim(claims, issuer.tenant_claim or ())
    if not isinstance(tenant, str) or not tenant or not tenant.isprintable():
        raise Forbidden("the token names no tenant")
    given = _words(_claim(claims, issuer.roles_claim))
    roles = {issuer.roles.get(word, "") for word in given} if issuer.roles is not None else given
    teams = _words(_claim(claims, issuer.teams_claim)) if issuer.teams_claim else None
    expires_at = datetime.fromtimestamp(min(int(claims["exp"]), _FAR_AWAY), UTC)
    return Principal(f"user:{name}", tenant, frozenset(roles & set(Role)), Limits(teams=teams), expires_at)


def _claim(claims: Any, path: ClaimPath) -> Any:
    for name in path:
        claims = claims.get(name) if isinstance(claims, dict) else None
    return claims


def _words(claim: Any) -> frozenset[str]:
    """A list of words, or words in one text (RFC 8693, section 4.2)."""
    words = claim.split() if isinstance(claim, str) else claim if isinstance(claim, list) else []
    return frozenset(word for word in words if isinstance(word, str))


def _claimed_issuer(token: str) -> str | None:
    try:
        claims = json.loads(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError):
        return None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else None


def _key_id(token: str) -> str | None:
    return jws.extract_compact(token.encode()).headers().get("kid")


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
