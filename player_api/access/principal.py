"""The caller of a request, from the bearer key or token it carries (RFC 6750)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Protocol

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from player_api.access.errors import Forbidden, Unauthenticated


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
        teams: whose work it may do; None for those of all teams.
        expires_at: when its token ends; None for a key that is looked up with every request.
    """

    name: str
    tenant: str
    roles: frozenset[str]
    teams: frozenset[str] | None = None
    expires_at: datetime | None = None


class SignIn(Protocol):
    """Tells who calls."""

    async def principal(self, bearer: str, origin: str | None) -> Principal:
        """Return whom a key or token stands for.

        Args:
            bearer: as the Authorization header has it.
            origin: of the page that sends the request, None where none says so.

        Raises:
            Unauthenticated: it is no good.
            Forbidden: it is good, and not for this.
            StoreUnavailable: the database cannot be reached.
        """


_bearer = HTTPBearer(auto_error=False, description="An API key or an embed token")


async def authenticate(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    """FastAPI dependency: the caller; also kept as ``request.state.principal``.

    Raises:
        Unauthenticated: the Authorization header is missing or what it carries not valid.
        Forbidden: it may not be used from here.
    """
    if credentials is None:
        raise Unauthenticated("send the API key or token as: Authorization: Bearer …")
    sign_in: SignIn = request.app.state.sign_in
    principal = await sign_in.principal(credentials.credentials, request.headers.get("Origin"))
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
