"""The caller of a request, from the bearer key it carries (RFC 6750)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from cachetools import TTLCache
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from player_api.access.errors import Forbidden, Unauthenticated
from store.keys import ApiKey, Keys, digest


class Role(StrEnum):
    """What a caller may be allowed to do."""

    OPERATOR = "operator"
    BOT = "bot"
    AUTHOR = "author"
    PUBLISHER = "publisher"
    ANALYST = "analyst"
    ADMIN = "admin"


@dataclass(frozen=True)
class Principal:
    """Who calls: a stable name for journals and idempotency, a tenant, and roles."""

    name: str
    tenant: str
    roles: frozenset[str]


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


_bearer = HTTPBearer(auto_error=False, description="An API key")


async def authenticate(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    """FastAPI dependency: the caller.

    Raises:
        Unauthenticated: the Authorization header is missing or its key not valid.
    """
    if credentials is None:
        raise Unauthenticated("send the API key as: Authorization: Bearer …")
    key_ring: KeyRing = request.app.state.key_ring
    return await key_ring.principal(credentials.credentials)


def allow(*roles: Role) -> Callable[[Principal], Awaitable[Principal]]:
    """Build a FastAPI dependency that lets callers with one of ``roles`` pass; an administrator always may.

    Raises (when called by FastAPI):
        Forbidden: the caller has none of the roles.
    """
    allowed = {*roles, Role.ADMIN}

    async def check(principal: Annotated[Principal, Depends(authenticate)]) -> Principal:
        if principal.roles.isdisjoint(allowed):
            raise Forbidden(f"this needs one of the roles {', '.join(sorted(allowed))}")
        return principal

    return check
