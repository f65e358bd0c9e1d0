"""Messages from outside, on a real engine."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.player_api.api import Api, Json, problem
from tests.player_api.messages.diagrams import Diagram


async def send(
    api: Api, diagram: Diagram, *, key: str | None = None, caller: str = "key-bot", **body: Any
) -> httpx.Response:
    return await api.request(
        "POST",
        "/messages",
        json={"name": diagram.message, **body},
        headers={"Idempotency-Key": key or uuid4().hex},
        key=caller,
        params={"wait": 5},
    )


async def waiting(api: Api, script: str, **body: Any) -> Json:
    """A session that waits for the message, in the called process."""
    session = (await api.start(script, **body)).json()
    working = await api.submit(session, {})
    assert (working.status_code, working.json()["state"]) == (202, "working")
    return dict(working.json())


async def history(api: Api, session: Json) -> list[str]:
    return [event["type"] for event in (await api.request("GET", f"/sessions/{session['id']}/history")).json()]


async def test_a_message_moves_the_session_that_waits_for_it(real: Api, diagram: Diagram) -> None:
    session = await waiting(real, await diagram.waiting())
    answer = await send(real, diagram, session=session["id"], variables={"sum": 12550})
    assert (answer.status_code, answer.json()["step"]["key"]) == (200, "thank")
    assert (await history(real, session))[-1] == "message_received"


async def test_a_message_finds_the_customer_s_session(real: Api, diagram: Diagram) -> None:
    script, customer = await diagram.waiting(), uuid4().hex
    session = await waiting(real, script, customer=customer)
    await real.start(script, customer=customer)  # waits at a step, not for the message
    await waiting(real, script, customer="somebody else")
    answer = await send(real, diagram, customer=customer)
    assert (answer.json()["id"], answer.json()["step"]["key"]) == (session["id"], "thank")


async def test_of_several_sessions_of_a_customer_one_must_be_named(real: Api, diagram: Diagram) -> None:
    script, customer = await diagram.waiting(), uuid4().hex
    one, _ = await waiting(real, script, customer=customer), await waiting(real, script, customer=customer)
    refused = await send(real, diagram, customer=customer)
    assert (refused.status_code, problem(refused)) == (409, "message-ambiguous")
    assert (await send(real, diagram, customer=customer, session=one["id"])).json()["step"]["key"] == "thank"
    assert (await send(real, diagram, customer=customer)).status_code == 200


async def test_sent_again_it_is_delivered_once(real: Api, diagram: Diagram, key: str) -> None:
    session = await waiting(real, await diagram.waiting())
    answers = await asyncio.gather(*(send(real, diagram, key=key, session=session["id"]) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    again = await send(real, diagram, key=key, session=session["id"])
    assert (again.status_code, again.json()["step"]["key"]) == (200, "thank")
    assert (await history(real, session)).count("message_received") == 1


async def test_what_was_delivered_before_a_kill_is_found_out(real: Api, diagram: Diagram, key: str) -> None:
    session = await waiting(real, await diagram.waiting())
    await send(real, diagram, key=key, session=session["id"])
    await real.database.fetch_one(
        "UPDATE idempotent_answers SET status = NULL, started_at = now() - interval '1 minute' WHERE key = %s", (key,)
    )
    again = await send(real, diagram, key=key, session=session["id"])
    assert (again.status_code, again.json()["step"]["key"]) == (200, "thank")
    assert (await history(real, session)).count("message_received") == 1


async def test_of_two_messages_at_once_one_is_taken(real: Api, diagram: Diagram) -> None:
    session = await waiting(real, await diagram.waiting())
    answers = await asyncio.gather(*(send(real, diagram, session=session["id"]) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    [refused] = [answer for answer in answers if answer.status_code == 409]
    assert problem(refused) == "message-unexpected"


async def test_nobody_waits(real: Api, diagram: Diagram) -> None:
    session = (await real.start(await diagram.waiting())).json()
    for body in ({"session": session["id"]}, {"customer": uuid4().hex}, {}):
        refused = await send(real, diagram, **body)
        assert (refused.status_code, problem(refused)) == (409, "message-unexpected")
    assert await history(real, session) == ["session_started"]


async def test_another_tenant_s_session_is_none(real: Api, diagram: Diagram) -> None:
    session = await waiting(real, await diagram.waiting(), customer="anna")
    refused = await send(real, diagram, session=session["id"], caller="key-elsewhere")
    assert (refused.status_code, problem(refused)) == (404, "session-not-found")
    refused = await send(real, diagram, customer="anna", caller="key-elsewhere")
    assert (refused.status_code, problem(refused)) == (409, "message-unexpected")
    refused = await send(real, diagram, session=session["id"], customer="boris")
    assert (refused.status_code, problem(refused)) == (404, "session-not-found")


@pytest.mark.parametrize("also_without", [True, False])
async def test_a_message_starts_the_script_that_is_rolled_out(
    real: Api, diagram: Diagram, key: str, also_without: bool
) -> None:
    script = await diagram.starting(also_without=also_without)
    started = await send(real, diagram, key=key, customer="anna", external_id="payment-1", variables={"sum": 1})
    session = started.json()
    assert (session["script"], session["step"]["key"]) == (script, "thank")
    assert (session["customer"], session["external_id"], session["channel"]) == ("anna", "payment-1", "crm")
    assert (await send(real, diagram, key=key, customer="anna", external_id="payment-1", variables={"sum": 1})).json()[
        "id"
    ] == session["id"]
    assert (await send(real, diagram)).json()["id"] != session["id"]
    usual = (await real.start(script)).json()
    assert usual["step"]["key"] == ("greet" if also_without else "thank")


async def test_of_two_scripts_none_is_guessed(real: Api, diagram: Diagram) -> None:
    await diagram.starting("one")
    await diagram.starting("two")
    refused = await send(real, diagram)
    assert (refused.status_code, problem(refused)) == (409, "message-ambiguous")


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"variables": {"tenant": "x"}}, "variables-invalid"),
        ({"variables": {"given": "x" * 4001}}, "variables-invalid"),
        ({"session": "x"}, "request-invalid"),
        ({"name": ""}, "request-invalid"),
        ({"typo": 1}, "request-invalid"),
    ],
)
async def test_a_message_that_makes_no_sense(real: Api, diagram: Diagram, body: Json, slug: str) -> None:
    refused = await send(real, diagram, **body)
    assert (refused.status_code, problem(refused)) == (422, slug)


async def test_a_message_without_a_key(real: Api) -> None:
    refused = await real.request("POST", "/messages", json={"name": "x"})
    assert (refused.status_code, problem(refused)) == (400, "idempotency-key-missing")
