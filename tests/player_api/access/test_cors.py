import secrets

import httpx
import pytest

from tests.player_api.api import Api, problem


@pytest.fixture
async def page(api: Api) -> str:
    """An origin that the tenant `main` has allowed."""
    origin = f"https://{secrets.token_hex(4)}.example"
    allowed = (await api.request("GET", "/origins", key="key-admin")).json()["origins"]
    response = await api.request("PUT", "/origins", key="key-admin", json={"origins": [*allowed, origin]})
    assert origin in response.json()["origins"]
    return origin


async def preflight(api: Api, origin: str) -> httpx.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }
    return await api.request("OPTIONS", "/sessions", key=None, headers=headers)


async def test_a_preflight_needs_no_key(api: Api, page: str) -> None:
    response = await preflight(api, page)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == page
    assert response.headers["Vary"] == "Origin"
    allowed = {name.strip().lower() for name in response.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type", "idempotency-key", "if-none-match", "x-correlation-id"} <= allowed
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", ["https://stranger.example", "null", "*", "\x7f"])
async def test_a_preflight_of_a_stranger_is_refused(api: Api, origin: str) -> None:
    response = await preflight(api, origin)
    assert (response.status_code, problem(response)) == (403, "origin-refused")
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("key", "readable"), [("key-operator", True), ("key-elsewhere", False), (None, True), ("wrong", True)]
)
async def test_a_page_reads_answers_to_callers_of_its_tenant(
    api: Api, page: str, key: str | None, readable: bool
) -> None:
    response = await api.request("GET", "/scripts", key=key, headers={"Origin": page})
    assert response.headers.get("Access-Control-Allow-Origin") == (page if readable else None)
    assert "Origin" in response.headers["Vary"]
    if readable:
        assert response.headers["Access-Control-Expose-Headers"] == "ETag, X-Correlation-Id, Retry-After"


async def test_no_page_is_named_where_none_asks(api: Api) -> None:
    response = await api.request("GET", "/scripts")
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_stranger_reads_nothing(api: Api) -> None:
    response = await api.request("GET", "/scripts", headers={"Origin": "https://stranger.example"})
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_origins_are_the_tenant_s_own(api: Api, page: str) -> None:
    await api.request("PUT", "/origins", key="key-admin-north", json={"origins": [page]})
    assert (await api.request("GET", "/origins", key="key-admin-north")).json() == {"origins": [page]}
    emptied = await api.request("PUT", "/origins", key="key-admin-north", json={"origins": []})
    assert emptied.json() == {"origins": []}
    assert page in (await api.request("GET", "/origins", key="key-admin")).json()["origins"]


async def test_a_change_of_origins_is_recorded_once(api: Api, page: str) -> None:
    everything = (await api.request("GET", "/origins", key="key-admin")).json()
    await api.request("PUT", "/origins", key="key-admin", json=everything)
    rows = await api.database.fetch_all(
        "SELECT actor, tenant FROM journal WHERE type = 'origins_changed' AND data->'origins' ? %s", (page,)
    )
    assert [(row["actor"], row["tenant"]) for row in rows] == [("key:admin", "main")]
