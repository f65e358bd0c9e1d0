import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.fakes.scenario import Ask
from tests.player_api.access.tokens import ORIGIN, embed_token
from tests.player_api.api import Api, problem


@pytest.fixture(autouse=True)
async def allowed(api: Api) -> None:
    response = await api.request("PUT", "/origins", key="key-admin", json={"origins": [ORIGIN]})
    assert response.status_code == 200


async def issued(api: Api, **wanted: Any) -> str:
    body = {"operator": "anna", "origin": ORIGIN, **wanted}
    response = await api.request("POST", "/embed-tokens", key="key-embedder", json=body)
    assert response.status_code == 201
    assert set(response.json()) == {"token", "expires_at"}
    return str(response.json()["token"])


async def test_a_page_walks_sessions_in_its_operator_s_name(api: Api) -> None:
    script = await api.publish(Ask("hello"))
    token = await issued(api)
    response = await api.request(
        "POST", "/sessions", key=token, json={"script": script, "channel": "crm"}, headers={"Origin": ORIGIN}
    )
    assert response.status_code == 201
    history = await api.request("GET", f"/sessions/{response.json()['id']}/history", key=token)
    assert [event["actor"] for event in history.json()] == ["operator:anna"]


async def test_who_asked_for_a_token_is_recorded_and_the_token_is_not(api: Api) -> None:
    token = await issued(api, operator="boris", teams=["billing"])
    rows = await api.database.fetch_all(
        "SELECT actor, data FROM journal WHERE type = 'embed_token_issued' AND data->>'operator' = 'boris'"
    )
    assert [row["actor"] for row in rows] == ["key:embedder"]
    assert set(rows[0]["data"]) == {"operator", "origin", "teams", "expires_at"}
    assert token not in json.dumps(rows[0]["data"])


@pytest.mark.parametrize(("method", "path"), [("GET", "/functions"), ("PUT", "/origins"), ("POST", "/embed-tokens")])
async def test_a_page_does_nothing_but_walk(api: Api, method: str, path: str) -> None:
    response = await api.request(method, path, key=await issued(api), json={})
    assert (response.status_code, problem(response)) == (403, "forbidden")


@pytest.mark.parametrize("key", ["key-operator", "key-bot", "key-author"])
async def test_only_an_embedder_gets_tokens(api: Api, key: str) -> None:
    response = await api.request("POST", "/embed-tokens", key=key, json={"operator": "anna", "origin": ORIGIN})
    assert (response.status_code, problem(response)) == (403, "forbidden")


async def test_an_embedder_reads_no_session(api: Api) -> None:
    response = await api.request("GET", "/scripts", key="key-embedder")
    assert (response.status_code, problem(response)) == (403, "forbidden")


async def test_a_page_of_another_origin_is_refused(api: Api) -> None:
    token = await issued(api)
    for origin in ("https://evil.example", "http://crm.example", f"{ORIGIN}:8443", f"{ORIGIN}.evil.example", "null"):
        response = await api.request("GET", "/scripts", key=token, headers={"Origin": origin})
        assert (response.status_code, problem(response)) == (403, "origin-refused")


async def test_an_expired_token_says_so(api: Api) -> None:
    response = await api.request("GET", "/scripts", key=embed_token(exp=int(time.time()) - 1))
    assert (response.status_code, problem(response)) == (401, "token-expired")
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_any_key_in_force_is_good_for_signing(api: Api) -> None:
    by_the_second_key = await api.request("GET", "/scripts", key=embed_token())
    by_the_first_key = await api.request("GET", "/scripts", key=embed_token(key="n" * 32, header={"kid": "k2"}))
    assert (by_the_second_key.status_code, by_the_first_key.status_code) == (200, 200)


def unsigned(claims: str) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"k1"}').rstrip(b"=").decode()
    return f"{header}.{claims}."


RSA = RSAKey.generate_key(2048, {"kid": "k1"})
FORGED: dict[str, Callable[[], str]] = {
    "signed with another key": lambda: embed_token(key="x" * 32),
    "signed with another of our keys": lambda: embed_token(key="n" * 32),
    "of an unknown key": lambda: embed_token(header={"kid": "k3"}),
    "without a key id": lambda: embed_token(header={"kid": ""}),
    "by another algorithm": lambda: embed_token(key="o" * 32, header={"alg": "HS512"}),
    "by a pair of keys": lambda: jwt.encode({"alg": "RS256", "kid": "k1"}, {"sub": "anna"}, RSA, ["RS256"]),
    "not signed": lambda: unsigned(embed_token().split(".")[1]),
    "signature cut off": lambda: embed_token().rpartition(".")[0] + ".",
    "changed afterwards": lambda: embed_token(sub="eve").rpartition(".")[0] + "." + embed_token().rpartition(".")[2],
    "of another issuer": lambda: embed_token(iss="somebody"),
    "for another audience": lambda: embed_token(aud="script-manager/else"),
    "for ever": lambda: embed_token(without="exp"),
    "not yet valid": lambda: embed_token(nbf=int(time.time()) + 3600),
    "of the future": lambda: embed_token(iat=int(time.time()) + 3600),
    "no JSON": lambda: "e30.bm8ganNvbg.e30",
    "nothing": lambda: "..",
    "not even letters": lambda: "é.ж.\u2603",
    "without an algorithm": lambda: "e30.e30.e30",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_token_is_nothing(api: Api, forged: Callable[[], str]) -> None:
    headers = {"Authorization": f"Bearer {forged()}".encode()}
    response = await api.request("GET", "/scripts", key=None, headers=headers)
    assert (response.status_code, problem(response)) == (401, "unauthenticated")


async def test_a_token_shows_nothing_of_another_tenant(api: Api) -> None:
    script = await api.publish(Ask("hello"))
    session = (await api.start(script)).json()
    response = await api.request("GET", f"/sessions/{session['id']}", key=embed_token(tenant="north"))
    assert (response.status_code, problem(response)) == (404, "session-not-found")


async def test_idempotency_keys_of_operators_with_one_name_in_two_tenants_are_two(api: Api, key: str) -> None:
    script = await api.publish(Ask("hello"))
    body = {"script": script, "channel": "crm"}
    ids = set()
    for tenant in ("main", "north"):
        response = await api.request(
            "POST", "/sessions", key=embed_token(tenant=tenant), json=body, headers={"Idempotency-Key": key}
        )
        assert response.status_code == 201
        ids.add(response.json()["id"])
    assert len(ids) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://other.example/"},
        {"origin": "https://Crm.example"},
        {"origin": "https://crm.example:443"},
        {"origin": "ftp://crm.example"},
        {"origin": "https://"},
        {"origin": "https://[::1"},
        {"origin": "*"},
        {"origin": "null"},
        {"minutes": 0},
        {"minutes": 61},
        {"operator": ""},
        {"operator": "a:b"},
        {"operator": "a\nb"},
        {"teams": ["two words"]},
        {"team": "x"},
    ],
)
async def test_a_request_that_cannot_be_right(api: Api, wrong: dict[str, Any]) -> None:
    body = {"operator": "anna", "origin": ORIGIN, **wrong}
    response = await api.request("POST", "/embed-tokens", key="key-embedder", json=body)
    assert (response.status_code, problem(response)) == (422, "request-invalid")


async def test_no_token_for_a_page_that_nobody_has_allowed(api: Api) -> None:
    body = {"operator": "anna", "origin": "https://other.example"}
    response = await api.request("POST", "/embed-tokens", key="key-embedder", json=body)
    assert (response.status_code, problem(response)) == (409, "origin-unknown")
