import pytest
from fastapi import FastAPI

from tests.fakes.scenario import Ask
from tests.player_api.api import Api, problem

SESSION = "8a0c8e3e-6e0c-4a53-8f0e-0d8f2c7b1a11"
ENDPOINTS = [
    ("GET", "/scripts"),
    ("POST", "/sessions"),
    ("GET", f"/sessions/{SESSION}"),
    ("PUT", f"/sessions/{SESSION}/input"),
    ("POST", f"/sessions/{SESSION}/submit"),
    ("POST", f"/sessions/{SESSION}/retry"),
    ("POST", f"/sessions/{SESSION}/cancel"),
    ("GET", f"/sessions/{SESSION}/history"),
    ("GET", f"/sessions/{SESSION}/events"),
    ("GET", "/events"),
    ("POST", f"/sessions/{SESSION}/handoff"),
    ("POST", f"/sessions/{SESSION}/claim"),
    ("GET", "/handoffs"),
    ("POST", "/messages"),
    ("GET", "/sessions"),
    ("POST", "/conversations"),
    ("GET", f"/conversations/{SESSION}"),
    ("POST", f"/conversations/{SESSION}/turns"),
]


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("key", [None, "wrong", "key-operator-and-more"])
async def test_without_a_valid_key_nothing_is_done(api: Api, method: str, path: str, key: str | None) -> None:
    response = await api.request(method, path, key=key)
    assert (response.status_code, problem(response)) == (401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_an_author_does_not_walk_sessions(api: Api, method: str, path: str) -> None:
    response = await api.request(method, path, key="key-author")
    assert (response.status_code, problem(response)) == (403, "forbidden")


async def test_another_scheme_than_bearer_is_no_key(api: Api) -> None:
    response = await api.request("GET", "/scripts", key=None, headers={"Authorization": "Basic b3BlcmF0b3I6eA=="})
    assert response.status_code == 401


async def test_a_bot_walks_like_an_operator(api: Api) -> None:
    script = await api.publish(Ask("hello"))
    response = await api.request("POST", "/sessions", key="key-bot", json={"script": script, "channel": "bot"})
    assert response.status_code == 201


AUTHORING = [
    ("GET", "/functions"),
    ("GET", "/functions/{name}"),
    ("PUT", "/functions/{name}"),
    ("GET", "/functions/{name}/uses"),
    ("POST", "/functions/{name}/try"),
    ("GET", "/element-templates"),
    ("GET", "/systems"),
    ("GET", "/systems/{name}"),
    ("PUT", "/systems/{name}"),
]


@pytest.mark.parametrize(("method", "path"), AUTHORING)
@pytest.mark.parametrize(("key", "status"), [(None, 401), ("wrong", 401), ("key-operator", 403), ("key-bot", 403)])
async def test_declarations_are_not_for_who_walks(
    api: Api, method: str, path: str, key: str | None, status: int
) -> None:
    response = await api.request(method, path.replace("{name}", "billing.get_balance"), key=key)
    assert response.status_code == status
    assert problem(response) in {"unauthenticated", "forbidden"}


ADMINISTRATION = [
    ("GET", "/webhooks"),
    ("GET", "/webhooks/{name}"),
    ("PUT", "/webhooks/{name}"),
    ("DELETE", "/webhooks/{name}"),
    ("GET", "/webhooks/{name}/deliveries"),
    ("GET", "/keys"),
    ("POST", "/keys"),
    ("POST", "/keys/{name}/rotate"),
    ("DELETE", "/keys/{name}"),
    ("POST", "/embed-tokens"),
    ("GET", "/origins"),
    ("PUT", "/origins"),
    ("GET", "/audit"),
    ("POST", "/customers/erase"),
    ("GET", f"/customers/erasures/{SESSION}"),
]


@pytest.mark.parametrize(("method", "path"), ADMINISTRATION)
@pytest.mark.parametrize(
    ("key", "status"), [(None, 401), ("wrong", 401), ("key-operator", 403), ("key-bot", 403), ("key-author", 403)]
)
async def test_access_is_given_by_who_may(api: Api, method: str, path: str, key: str | None, status: int) -> None:
    response = await api.request(method, path.replace("{name}", "bot"), key=key)
    assert response.status_code == status
    assert problem(response) in {"unauthenticated", "forbidden"}


def test_every_endpoint_is_in_a_table(app: FastAPI) -> None:
    paths = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in app.openapi()["paths"].items()
        if path.startswith("/api/v1")
        for method in methods
    }
    named = [path.replace(f"/conversations/{SESSION}", "/conversations/{conversation_id}") for _, path in ENDPOINTS]
    methods = [method for method, _ in ENDPOINTS]
    walking = {(method, path.replace(SESSION, "{session_id}")) for method, path in zip(methods, named, strict=True)}
    by_token_in_the_address = {("POST", "/callbacks/{system}/{token}")}
    administering = {(method, path.replace(SESSION, "{erasure_id}")) for method, path in ADMINISTRATION}
    assert paths == walking | set(AUTHORING) | administering | by_token_in_the_address
