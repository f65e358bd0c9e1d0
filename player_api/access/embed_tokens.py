"""Embed tokens: for some minutes they let one operator's page, of one origin, walk sessions (JWT, RFC 7519)."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet, OctKey

from player_api.access.errors import EmbeddingOff, TokenExpired, Unauthenticated

ISSUER = "script-manager"
_AUDIENCE = "script-manager/embed"
_ALGORITHM = "HS256"


@dataclass(frozen=True)
class Grant:
    """What an embed token allows.

    Attributes:
        operator: who works with the page.
        origin: of the page, as browsers send it.
        tenant: of the operator.
        teams: whose work the operator does; None for those of all teams.
        issued_by: the principal that asked for it.
        expires_at: from when on it is worth nothing.
    """

    operator: str
    origin: str
    tenant: str
    teams: frozenset[str] | None
    issued_by: str
    expires_at: datetime


class EmbedTokens:
    """Signs and reads embed tokens.

    Args:
        keys: signing keys by id; the first signs, all are accepted.
        clock: seconds since 1970.
    """

    def __init__(self, keys: dict[str, bytes], clock: Callable[[], float] = time.time) -> None:
        self._keys = KeySet([OctKey.import_key(key, {"kid": name}) for name, key in keys.items()])
        self._clock = clock
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock()),
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": _AUDIENCE},
            exp={"essential": True},
        )

    def expiry(self, lifetime: timedelta) -> datetime:
        """Return the moment, in whole seconds, when a token of this lifetime that is issued now ends."""
        return datetime.fromtimestamp(int(self._clock()), UTC) + lifetime

    def issue(self, grant: Grant) -> str:
        """Sign a token.

        Raises:
            EmbeddingOff: there is no signing key.
        """
        if not self._keys:
            raise EmbeddingOff("an administrator must set SCRIPT_MANAGER_EMBED_KEYS")
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": _AUDIENCE,
            "sub": grant.operator,
            "tenant": grant.tenant,
            "origin": grant.origin,
            "by": grant.issued_by,
            "iat": int(self._clock()),
            "exp": int(grant.expires_at.timestamp()),
            "jti": secrets.token_urlsafe(9),
        }
        if grant.teams is not None:
            claims["teams"] = sorted(grant.teams)
        signing = self._keys.keys[0]
        return jwt.encode({"alg": _ALGORITHM, "kid": signing.kid}, claims, signing, [_ALGORITHM])

    def read(self, token: str) -> Grant:
        """Return what a token allows.

        Raises:
            TokenExpired: it was good and its time is over.
            Unauthenticated: we have not signed it, or not as an embed token.
        """
        try:
            claims = jwt.decode(token, self._keys, [_ALGORITHM]).claims
            self._claims.validate(claims)
        except ExpiredTokenError:
            raise TokenExpired("the embed token has expired; the page's own server can ask for another") from None
        except (JoseError, ValueError):
            raise Unauthenticated("the token is not valid") from None
        teams = claims.get("teams")
        return Grant(
            operator=claims["sub"],
            origin=claims["origin"],
            tenant=claims["tenant"],
            teams=None if teams is None else frozenset(teams),
            issued_by=claims["by"],
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
