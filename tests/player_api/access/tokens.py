"""Tokens as anybody could make them."""

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from tests.player_api.conftest import SIGNING_KEY

ORIGIN = "https://crm.example"


def embed_token(
    *, key: str = SIGNING_KEY, header: dict[str, Any] | None = None, without: str | None = None, **claims: Any
) -> str:
    """A token as the facade of the tests would accept it, but for what is given."""
    usual = {
        "iss": "script-manager",
        "aud": "script-manager/embed",
        "sub": "anna",
        "tenant": "main",
        "origin": ORIGIN,
        "by": "key:embedder",
        "iat": int(time.time()),
        "exp": int(time.time()) + 60,
    }
    given = {name: value for name, value in (usual | claims).items() if name != without}
    return jwt.encode({"alg": "HS256", "kid": "k1"} | (header or {}), given, OctKey.import_key(key), ["HS256", "HS512"])
