import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import SecretStr, ValidationError

from player_api.access.principal import Role
from player_api.app import create_app
from runtime.issuers import Issuer, RoleName
from runtime.settings import Settings
from store.database import Database
from tests.fakes.engine import URL, FakeEngine
from tests.fakes.scenario import Ask
from tests.fakes.served import served
from tests.player_api.access.issuer import AUDIENCE, EC, FOREIGN, RSA, SHARED, LocalIssuer
from tests.player_api.api import Api, Json, problem


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[LocalIssuer]:
    local = LocalIssuer()
    async with served(local.app) as url:
        local.url = url
        yield local


def setting(issuer: LocalIssuer) -> tuple[Issuer, ...]:
    roles = {"contact-centre-operator": "operator", "script-author": "author"}
    common: Json = {"audience": AUDIENCE, "roles_claim": "realm_access.roles", "roles": roles}
    return (
        Issuer(issuer=issuer.issuer("main"), tenant="main", **common),
        Issuer(
            issuer=issuer.issuer("group"),
            jwks_url=f"{issuer.issuer('group')}/certs",
            tenant_claim=("branch",),
            teams_claim=("teams",),
            audience=AUDIENCE,
        ),
        Issuer(issuer=f"{issuer.url}/realms/main/away", tenant="main", audience=AUDIENCE),
    )


@pytest.fixture
async def signed_in(issuer: LocalIssuer, database_url: str, database: Database, fake: FakeEngine) -> AsyncIterator[Api]:
    """A facade that trusts the issuer."""
    settings = Settings(database_url=SecretStr(database_url), engine_url=URL, oidc_issuers=setting(issuer))
    app = create_app(settings, httpx.ASGITransport(fake))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://facade/api/v1") as client,
    ):
        yield Api(client, database, fake)


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (EC, "ES256")], ids=["RSA", "EC"])
async def test_a_person_walks_in_their_own_name(signed_in: Api, issuer: LocalIssuer, key: Any, alg: str) -> None:
    script = await signed_in.publish(Ask("hello"))
    token = issuer.token(key=key, alg=alg)
    response = await signed_in.request("POST", "/sessions", key=token, json={"script": script, "channel": "crm"})
    assert response.status_code == 201
    history = await signed_in.request("GET", f"/sessions/{response.json()['id']}/history", key=token)
    assert [event["actor"] for event in history.json()] == ["user:p.ivanova"]


def without_signature(token: str, alg: str) -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": alg, "kid": "rsa-1"}).encode()).rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def with_the_public_key_as_secret(issuer: LocalIssuer) -> str:
    """The confusion of RFC 8725, section 2.1: HMAC under a key that everybody knows."""
    claims = json.loads(base64.urlsafe_b64decode(issuer.token().split(".")[1] + "=="))
    public = OctKey.import_key(RSA.as_pem(private=False).replace(b"-----", b"_____"))
    return jwt.encode({"alg": "HS256", "kid": "rsa-1"}, claims, public, ["HS256"])


NEW_EC = ECKey.generate_key("P-256", {"kid": "ec-1"})
FORGED: dict[str, tuple[Callable[[LocalIssuer], str], int, str]] = {
    "signed by somebody else": (lambda it: it.token(key=FOREIGN), 401, "unauthenticated"),
    "signed by somebody else, EC": (lambda it: it.token(key=NEW_EC, alg="ES256"), 401, "unauthenticated"),
    "changed afterwards": (
        lambda it: it.token(sub="eve").rpartition(".")[0] + "." + it.token().rpartition(".")[2],
        401,
        "unauthenticated",
    ),
    "not signed": (lambda it: without_signature(it.token(), "none"), 401, "unauthenticated"),
    "not signed, in capitals": (lambda it: without_signature(it.token(), "NONE"), 401, "unauthenticated"),
    "no signature": (lambda it: without_signature(it.token(), "RS256"), 401, "unauthenticated"),
    "public key as a secret": (with_the_public_key_as_secret, 401, "unauthenticated"),
    "an algorithm that is not allowed": (lambda it: it.token(alg="RS384"), 401, "unauthenticated"),
    "key for encryption": (
        lambda it: it.token(key=RSAKey.import_key(RSA.as_dict(private=True) | {"kid": "enc-1"})),
        401,
        "unauthenticated",
    ),
    "secret that the issuer shows": (
        lambda it: it.token(key=OctKey.import_key(SHARED, {"kid": "shared"}), alg="HS256"),
        401,
        "unauthenticated",
    ),
    "expired": (lambda it: it.token(exp=int(time.time()) - 60), 401, "token-expired"),
    "for ever": (lambda it: it.token(without="exp"), 401, "unauthenticated"),
    "ends at no moment": (lambda it: it.token(exp="tomorrow"), 401, "unauthenticated"),
    "not yet valid": (lambda it: it.token(nbf=int(time.time()) + 120), 401, "unauthenticated"),
    "issued in the future": (lambda it: it.token(iat=int(time.time()) + 120), 401, "unauthenticated"),
    "of an unknown issuer": (lambda it: it.token(realm="other"), 401, "unauthenticated"),
    "of no issuer": (lambda it: it.token(without="iss"), 401, "unauthenticated"),
    "of a list of issuers": (lambda it: it.token(iss=[it.issuer("main")]), 401, "unauthenticated"),
    "for another audience": (lambda it: it.token(aud="account"), 401, "unauthenticated"),
    "for no audience": (lambda it: it.token(without="aud"), 401, "unauthenticated"),
    "without a name": (lambda it: it.token(without="preferred_username"), 401, "unauthenticated"),
    "with a name that breaks lines": (lambda it: it.token(preferred_username="a\nb"), 401, "unauthenticated"),
    "without a role": (lambda it: it.token(without="realm_access"), 403, "forbidden"),
    "with roles of ours that are not theirs": (
        lambda it: it.token(realm_access={"roles": ["admin", "operator"]}),
        403,
        "forbidden",
    ),
    "with roles that are no list": (lambda it: it.token(realm_access={"roles": {"operator": 1}}), 403, "forbidden"),
    "without a tenant": (lambda it: it.token("group", roles=["operator"]), 403, "forbidden"),
    "with a tenant that is no word": (
        lambda it: it.token("group", roles=["operator"], branch=["main"]),
        403,
        "forbidden",
    ),
}


@pytest.mark.parametrize(("made", "status", "slug"), FORGED.values(), ids=FORGED.keys())
async def test_what_is_not_right_does_not_get_in(
    signed_in: Api, issuer: LocalIssuer, made: Callable[[LocalIssuer], str], status: int, slug: str
) -> None:
    response = await signed_in.request("GET", "/scripts", key=made(issuer))
    assert (response.status_code, problem(response)) == (status, slug)


@pytest.mark.parametrize("claims", [{"exp": -20}, {"nbf": 20}, {"iat": 20}])
async def test_clocks_may_differ_by_some_seconds(signed_in: Api, issuer: LocalIssuer, claims: dict[str, int]) -> None:
    moved: Json = {name: int(time.time()) + seconds for name, seconds in claims.items()}
    assert (await signed_in.request("GET", "/scripts", key=issuer.token(**moved))).status_code == 200


async def test_tenant_and_teams_come_from_claims(signed_in: Api, issuer: LocalIssuer) -> None:
    script = await signed_in.publish(Ask("hello"))
    north = issuer.token("group", roles="analyst operator", branch="north", teams=["a"])
    body = {"script": script, "channel": "crm"}
    started = await signed_in.request("POST", "/sessions", key=north, json=body)
    assert started.json()["tenant"] == "north"
    foreign = await signed_in.request("POST", "/sessions", key=north, json=body | {"team": "b"})
    assert (foreign.status_code, problem(foreign)) == (403, "forbidden")
    elsewhere = await signed_in.request("GET", f"/sessions/{started.json()['id']}", key=issuer.token())
    assert (elsewhere.status_code, problem(elsewhere)) == (404, "session-not-found")


async def test_a_new_key_of_the_issuer_is_found_and_the_old_one_is_forgotten(
    signed_in: Api, issuer: LocalIssuer
) -> None:
    new = RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig"})
    issuer.keys = [new]
    try:
        assert (await signed_in.request("GET", "/scripts", key=issuer.token(key=new))).status_code == 200
        assert (await signed_in.request("GET", "/scripts", key=issuer.token())).status_code == 401
    finally:
        issuer.keys = [RSA, EC]


async def test_an_issuer_that_is_away_is_said_so_and_does_not_stop_others(signed_in: Api, issuer: LocalIssuer) -> None:
    response = await signed_in.request("GET", "/scripts", key=issuer.token("main/away"))
    assert (response.status_code, problem(response)) == (503, "issuer-unavailable")
    assert response.headers["Retry-After"] == "10"
    assert (await signed_in.request("GET", "/scripts", key=issuer.token())).status_code == 200


async def test_strangers_do_not_make_us_ask_the_issuer(signed_in: Api, issuer: LocalIssuer) -> None:
    await signed_in.request("GET", "/scripts", key=issuer.token())
    asked = issuer.asked
    for number in range(5):
        key = OctKey.import_key("x" * 32, {"kid": f"unknown-{number}"})
        response = await signed_in.request("GET", "/scripts", key=issuer.token(key=key, alg="HS256"))
        assert response.status_code == 401
    assert issuer.asked == asked


def test_roles_that_can_be_set_are_those_there_are() -> None:
    assert set(RoleName.__args__) == set(Role)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "wrong",
    [
        {"tenant": None},
        {"tenant_claim": "branch"},
        {"algorithms": ["HS256"]},
        {"algorithms": ["none"]},
        {"algorithms": []},
        {"roles": {"boss": "root"}},
        {"issuer": "keycloak"},
        {"audience": ""},
        {"audiences": ["x"]},
    ],
)
def test_a_setting_that_cannot_be_right(wrong: Json) -> None:
    with pytest.raises(ValidationError):
        Issuer.model_validate({"issuer": "https://id.example", "audience": "a", "tenant": "main"} | wrong)


def test_an_issuer_is_named_once() -> None:
    twice = (Issuer(issuer="https://id.example", audience="a", tenant="main"),) * 2
    with pytest.raises(ValidationError, match="twice"):
        Settings(database_url=SecretStr("postgresql://nowhere"), oidc_issuers=twice)
