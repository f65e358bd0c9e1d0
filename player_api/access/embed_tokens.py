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
from store.keys import Limits

ISSUER = "script-manager"
_AUDIENCE = "script-manager/embed"
_ALGORITHM = "HS256"
_LIMITS = ("scripts", "channels", "teams")


@dataclass(frozen=True)
class Grant:
    """What an embed token allows.

    Attributes:
        operator: who works with the page.
        origin: of the page, as browsers send it.
        tenant: of the operator.
        limits: scripts, channels and teams that the operator is limited to.
        issued_by: the principal that asked for it.
        expires_at: from when on it is worth nothing.
    """

    operator: str
    origin: str
    tenant: str
    limits: Limits
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
        only = {name: getattr(grant.limits, name) for name in _LIMITS}
        claims |= {name: sorted(those) for name, those in only.items() if those is not None}
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
        return Grant(
            operator=claims["sub"],
            origin=claims["origin"],
            tenant=claims["tenant"],
            issued_by=claims["by"],
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            limits=Limits(_only(claims, "scripts"), _only(claims, "channels"), _only(claims, "teams")),
        )


def _only(claims: dict[str, Any], name: str) -> frozenset[str] | None:
    return frozenset(claims[name]) if name in claims else None
