import pytest

from tests.fakes.scenario import Ask
from tests.player_api.access.operations import OPERATIONS, method_and_path, tagged
from tests.player_api.api import Api, problem

BY_TOKEN_IN_THE_ADDRESS = {"POST /callbacks/{system}/{token}"}
RECORDING = "GET /sessions/{session_id}/case"
"""Of a session for who writes scripts."""
WALKING = [operation for operation in tagged("sessions", "events", "conversations") if operation != RECORDING]
AUTHORING = tagged("functions")
ADMINISTRATION = tagged("access", "customers", "webhooks")


@pytest.mark.parametrize("operation", sorted(OPERATIONS.keys() - BY_TOKEN_IN_THE_ADDRESS))
@pytest.mark.parametrize("key", [None, "wrong", "key-operator-and-more", "a.b.c"])
async def test_without_a_valid_key_nothing_is_done(api: Api, operation: str, key: str | None) -> None:
    response = await api.request(*method_and_path(operation), key=key)
    assert (response.status_code, problem(response)) == (401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("operation", WALKING)
@pytest.mark.parametrize("key", ["key-author", "key-embedder"])
async def test_sessions_are_for_who_walks(api: Api, operation: str, key: str) -> None:
    response = await api.request(*method_and_path(operation), key=key)
    assert (response.status_code, problem(response)) == (403, "forbidden")


@pytest.mark.parametrize("operation", [*AUTHORING, RECORDING])
@pytest.mark.parametrize("key", ["key-operator", "key-bot", "key-embedder"])
async def test_declarations_are_for_who_writes_them(api: Api, operation: str, key: str) -> None:
    response = await api.request(*method_and_path(operation), key=key)
    assert (response.status_code, problem(response)) == (403, "forbidden")


@pytest.mark.parametrize("operation", ADMINISTRATION)
@pytest.mark.parametrize("key", ["key-operator", "key-bot", "key-author"])
async def test_access_is_given_by_who_may(api: Api, operation: str, key: str) -> None:
    response = await api.request(*method_and_path(operation), key=key)
    assert (response.status_code, problem(response)) == (403, "forbidden")


async def test_another_scheme_than_bearer_is_no_key(api: Api) -> None:
    response = await api.request("GET", "/scripts", key=None, headers={"Authorization": "Basic b3BlcmF0b3I6eA=="})
    assert response.status_code == 401


async def test_a_bot_walks_like_an_operator(api: Api) -> None:
    script = await api.publish(Ask("hello"))
    response = await api.request("POST", "/sessions", key="key-bot", json={"script": script, "channel": "bot"})
    assert response.status_code == 201
