"""An OpenID Connect issuer of the tests' own, with real keys."""

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

AUDIENCE = "script-manager"
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})
SHARED = "a secret that is none"
FOREIGN = RSAKey.generate_key(2048, {"kid": "rsa-1"})


class LocalIssuer:
    """Serves its configuration and its keys, and signs whatever is asked for."""

    def __init__(self) -> None:
        self.url = ""
        self.keys: list[Any] = [RSA, EC]
        self.is_broken = False
        self.asked = 0
        self.app = Starlette(
            routes=[
                Route("/realms/{realm}/.well-known/openid-configuration", self._configuration),
                Route("/realms/{realm}/certs", self._certificates),
            ]
        )

    def issuer(self, realm: str) -> str:
        return f"{self.url}/realms/{realm}"

    async def _configuration(self, request: Request) -> JSONResponse:
        issuer = self.issuer(request.path_params["realm"])
        return JSONResponse({"issuer": issuer, "jwks_uri": f"{issuer}/certs"})

    async def _certificates(self, _request: Request) -> JSONResponse:
        self.asked += 1
        if self.is_broken:
            return JSONResponse({"error": "out of order"}, 500)
        unreadable = {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"}
        encryption = RSA.as_dict(private=False) | {"kid": "enc-1", "use": "enc"}
        shared = OctKey.import_key(SHARED, {"kid": "shared"}).as_dict(private=True)
        return JSONResponse({"keys": [unreadable, encryption, shared, *KeySet(self.keys).as_dict()["keys"]]})

    def token(
        self, realm: str = "main", *, key: Any = RSA, alg: str = "RS256", without: str | None = None, **claims: Any
    ) -> str:
        """A token that the facade of the tests accepts, but for what is given."""
        usual = {
            "iss": self.issuer(realm),
            "aud": AUDIENCE,
            "sub": "4f0c",
            "preferred_username": "p.ivanova",
            "realm_access": {"roles": ["contact-centre-operator", "offline_access"]},
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
        }
        given = {name: value for name, value in (usual | claims).items() if name != without}
        return jwt.encode({"alg": alg, "kid": key.kid}, given, key, ["RS256", "RS384", "ES256", "HS256"])
