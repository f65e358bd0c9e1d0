"""The caller of a request, from the bearer key or token it carries (RFC 6750)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType, Protocol

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from player_api.access.errors import Forbidden
from store.keys import UNLIMITED, Limits

Identity = NewType("Identity", str)
"""Who somebody is among all callers of all tenants."""


class Role(StrEnum):
    """What a caller may be allowed to do."""

    OPERATOR = "operator"
    BOT = "bot"
    AUTHOR = "author"
    PUBLISHER = "publisher"
    ANALYST = "analyst"
    EMBEDDER = "embedder"
    ADMIN = "admin"


@dataclass(frozen=True)
class Principal:
    """Who calls.

    Attributes:
        name: stable, for journals and leases; ``key:NAME``, ``operator:NAME`` or ``user:NAME``.
        tenant: whose sessions and keys exist for this caller.
        roles: what it may do.
        limits: what it is limited to within its tenant.
        expires_at: when its key or token ends; None where that is open.
    """

    name: str
    tenant: str
    roles: frozenset[str]
    limits: Limits = UNLIMITED
    expires_at: datetime | None = None

    @property
    def teams(self) -> frozenset[str] | None:
        """Whose work it may do; None for that of all teams."""
        return self.limits.teams

    @property
    def identity(self) -> Identity:
        """Who calls, told apart from callers of the same name in other tenants."""
        return Identity(f"{self.tenant}/{self.name}")


@dataclass(frozen=True)
class Presented:
    """What a request shows to be let in.

    Attributes:
        bearer: key or token, None where there is neither.
        origin: of the page that sends the request, None where none says so.
        address: from where it comes.
    """

    bearer: str | None
    origin: str | None
    address: str | None


class SignIn(Protocol):
    """Tells who calls."""

    async def principal(self, presented: Presented) -> Principal:
        """Return whom a key or token stands for, and count the request.

        Raises:
            Unauthenticated: there is none, or it is no good.
            Forbidden: it is good, and not for this.
            RateExceeded: it was used too often.
            StoreUnavailable: the database cannot be reached.
        """


_bearer = HTTPBearer(
    auto_error=False, description="An API key, an embed token, or a token of an OpenID Connect issuer that is set"
)


async def authenticate(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    """FastAPI dependency: the caller; also kept as ``request.state.principal``.

    Raises:
        Unauthenticated: the Authorization header is missing or what it carries not valid.
        Forbidden: it may not be used from here.
        RateExceeded: it was used too often.
    """
    sign_in: SignIn = request.app.state.sign_in
    bearer = credentials.credentials if credentials else None
    address = request.client.host if request.client else None
    principal = await sign_in.principal(Presented(bearer, request.headers.get("Origin"), address))
    request.state.principal = principal
    return principal


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
