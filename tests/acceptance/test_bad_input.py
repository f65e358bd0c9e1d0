"""What can't be right is refused with a sentence, and changes nothing."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from engine import Engine
from tests.acceptance.billing import Billing
from tests.acceptance.operator import SCRIPT, Operator


def problem(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    return response.status_code, body["type"].removeprefix("urn:script-manager:problem:")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic b3BlcmF0b3I6eA=="}])
async def test_without_a_valid_key_nobody_gets_in(anyone: httpx.AsyncClient, header: dict[str, str]) -> None:
    response = await anyone.post("/sessions", json={"script": SCRIPT, "channel": "crm"}, headers=header)
    assert problem(response) == (401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("request_", "status", "slug"),
    [
        ({"script": "no_such_script", "channel": "crm"}, 404, "script-unknown"),
        ({"script": SCRIPT}, 422, "request-invalid"),
        ({"script": SCRIPT, "channel": 5}, 422, "request-invalid"),
        ({"script": SCRIPT, "channel": "crm", "variabels": {}}, 422, "request-invalid"),
        ({"script": SCRIPT, "channel": "crm", "variables": []}, 422, "request-invalid"),
        ({"script": SCRIPT, "channel": "crm", "variables": {"note": "x" * 4001}}, 422, "variables-invalid"),
        ({"script": SCRIPT, "channel": "crm", "variables": {"note": "\0"}}, 422, "variables-invalid"),
        ({"script": SCRIPT, "channel": "crm", "variables": {"${x}": 1}}, 422, "variables-invalid"),
        ({"script": SCRIPT, "channel": "crm", "variables": {"big": 2**70}}, 422, "variables-invalid"),
    ],
)
async def test_a_start_that_cannot_be_right(
    operator: Operator, request_: dict[str, Any], status: int, slug: str
) -> None:
    assert problem(await operator.api.post("/sessions", json=request_)) == (status, slug)


@pytest.mark.parametrize(
    "answers",
    [{}, {"account": None}, {"account": ""}, {"account": "12"}, {"account": 1000000001}, {"account": ["1000000001"]}],
)
async def test_a_missing_or_wrong_answer_is_said_by_field_and_the_step_still_waits(
    operator: Operator, answers: dict[str, Any]
) -> None:
    session = await operator.start()
    response = await operator.submit(session, answers)
    assert problem(response) == (422, "answers-invalid")
    assert list(response.json()["errors"]) == ["account"]
    assert (await operator.read(session))["step"] == session["step"]
    assert [event["type"] for event in await operator.history(session)] == ["session_started"]


async def test_a_corrected_answer_is_taken(operator: Operator, billing: Billing) -> None:
    session = await operator.start()
    assert (await operator.submit(session, {"account": "12"})).status_code == 422
    assert (await operator.answer(session, {"account": "1000000002"}))["step"]["key"] == "say_no_debt"


async def test_an_answer_without_an_idempotency_key(operator: Operator) -> None:
    session = await operator.start()
    body = {"step": session["step"]["id"], "answers": {"account": "1000000002"}}
    response = await operator.api.post(f"/sessions/{session['id']}/submit", json=body)
    assert problem(response) == (400, "idempotency-key-missing")
    assert (await operator.read(session))["step"] == session["step"]


async def test_an_ended_session_takes_nothing_more(operator: Operator, billing: Billing, engine: Engine) -> None:
    last = await operator.until("say_no_debt", {"account": "1000000002"})
    ended = await operator.answer(last, {})
    assert ended["state"] == "ended"
    path = f"/sessions/{ended['id']}"
    for response in (
        await operator.submit(last, {}),
        await operator.api.post(f"{path}/cancel", json={"reason": "late"}),
        await operator.api.post(f"{path}/retry"),
    ):
        assert problem(response) == (410, "session-ended")
    assert await operator.read(ended) == ended


async def test_a_session_that_never_was(operator: Operator) -> None:
    assert problem(await operator.api.get(f"/sessions/{uuid4()}")) == (404, "session-not-found")


async def test_a_cancelled_session_is_over_in_the_engine_too(operator: Operator, engine: Engine) -> None:
    session = await operator.start()
    cancelled = await operator.api.post(f"/sessions/{session['id']}/cancel", json={"reason": "клиент положил трубку"})
    assert cancelled.json()["state"] == "cancelled"
    assert await engine.processes.find(session["id"]) == []
    instance = await engine.history.instance(session["id"])
    assert instance is not None
    assert instance.was_cancelled
