"""What every request gets, whatever it is about."""

import pytest
from fastapi import FastAPI

from player_api.middleware import LARGEST_BODY
from runtime import correlation
from tests.fakes.scenario import Ask
from tests.player_api.api import Api, Json, problem


async def test_a_given_correlation_id_comes_back(api: Api) -> None:
    response = await api.request("GET", "/scripts", headers={correlation.HEADER: "call-42.a:b"})
    assert response.headers[correlation.HEADER] == "call-42.a:b"


@pytest.mark.parametrize("given", ["", "with space", "x" * 65, "line\tbreak", "{}"])
async def test_a_harmful_correlation_id_is_replaced(api: Api, given: str) -> None:
    response = await api.request("GET", "/scripts", headers={correlation.HEADER: given})
    assert response.headers[correlation.HEADER] not in {"", given}


async def test_even_a_refusal_carries_a_correlation_id(api: Api) -> None:
    response = await api.request("GET", "/scripts", key=None)
    assert response.headers[correlation.HEADER]


async def test_a_body_too_large_is_refused(api: Api) -> None:
    response = await api.request("POST", "/sessions", content=b"x" * (LARGEST_BODY + 1))
    assert (response.status_code, problem(response)) == (413, "too-large")


async def test_a_body_too_large_is_refused_even_when_streamed(api: Api) -> None:
    async def stream() -> object:
        for _ in range(12):
            yield b"x" * 100_000

    response = await api.request("POST", "/sessions", content=stream(), headers={"Content-Type": "application/json"})
    assert (response.status_code, problem(response)) == (413, "too-large")


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"script":' + b"[" * 20_000, b"NaN", b'{"a": 1e999}']
)
async def test_a_body_that_is_not_json_is_refused(api: Api, body: bytes) -> None:
    response = await api.request("POST", "/sessions", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in {400, 422}
    assert problem(response) in {"bad-request", "request-invalid"}


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/scripts", 405)])
async def test_what_is_not_there_is_a_problem_too(api: Api, method: str, path: str, status: int) -> None:
    response = await api.request(method, path)
    assert response.status_code == status
    assert problem(response) in {"not-found", "method-not-allowed"}


async def test_an_error_that_nobody_foresaw_says_nothing_and_can_be_read_by_the_page(api: Api, app: FastAPI) -> None:
    async def fail() -> None:
        raise ZeroDivisionError("of a customer")

    app.add_api_route("/api/v1/failing", fail)
    page = "https://failing.example"
    await api.request("PUT", "/origins", key="key-admin", json={"origins": [page]})
    response = await api.request("GET", "/failing", headers={"Origin": page})
    assert (response.status_code, problem(response)) == (500, "internal")
    assert "customer" not in response.text
    assert response.headers[correlation.HEADER]
    assert response.headers["Access-Control-Allow-Origin"] == page


@pytest.mark.parametrize("path", ["/scripts", "/nothing"])
async def test_nothing_is_guessed_framed_or_kept(api: Api, path: str) -> None:
    headers = (await api.request("GET", path)).headers
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/audit?actor=%00", None),
        ("PUT", "/sessions/{session}/input", {"step": "{step}", "answers": {"note": "a\0b"}}),
        ("POST", "/sessions/{session}/submit", {"step": "\0", "answers": {}}),
    ],
)
async def test_a_text_with_nul_is_refused_and_nothing_breaks(api: Api, method: str, path: str, body: Json) -> None:
    form = {"id": "f", "components": [{"type": "textfield", "key": "note"}]}
    session = (await api.start(await api.publish(Ask("hello", form=form)))).json()
    if body and body["step"] == "{step}":
        body = {**body, "step": session["step"]["id"]}
    key = "key-admin" if method == "GET" else "key-operator"
    headers = {"Idempotency-Key": "nul"}
    response = await api.request(method, path.replace("{session}", session["id"]), key=key, json=body, headers=headers)
    assert (response.status_code, problem(response)) == (422, "text-refused")
