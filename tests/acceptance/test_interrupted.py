"""The engine dies, or the caller leaves, in the middle of a request: what has happened is found out, not guessed."""

import asyncio
import signal
from uuid import uuid4

import httpx
import psutil
import pytest

from engine import Engine
from stack import running
from stack.running import Running
from tests.acceptance.billing import Billing
from tests.acceptance.operator import PASSING, SCRIPT, Json, Operator, Persistent
from tests.eventually import eventually

MANY = 24
ACCOUNT = "1000000002"


def kill_engine(stack: Running) -> None:
    process = running.read(stack.folder).parts["engine"].process()
    assert process is not None
    process.send_signal(signal.SIGKILL)
    psutil.wait_procs([process], timeout=20)


async def start_until_started(operator: Operator, key: str, obstacles: list[str]) -> Json:
    """Start a session, sending the same request again and again."""

    async def once() -> Json | None:
        body = {"script": SCRIPT, "channel": "crm", "external_id": key}
        try:
            response = await operator.api.post("/sessions", json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError as error:
            obstacles.append(type(error).__name__)
            return None
        if response.status_code in PASSING:
            obstacles.append(response.json()["type"].rpartition(":")[2])
            return None
        assert response.status_code == 201, response.text
        return dict(response.json())

    return await eventually(once, within=100)


@pytest.mark.usefixtures("mended")
async def test_an_engine_that_dies_in_the_middle_of_starts_and_answers(
    stack: Running, operator: Operator, engine: Engine, billing: Billing
) -> None:
    """Of each start one instance runs, and each answer counts once, whatever the engine had done when it died."""
    assert billing
    waiting = await asyncio.gather(*(operator.start() for _ in range(MANY)))
    keys = [uuid4().hex for _ in range(MANY)]
    persistent = Persistent(operator)
    obstacles: list[str] = []
    starting = [asyncio.create_task(start_until_started(operator, key, obstacles)) for key in keys]
    answering = [
        asyncio.create_task(persistent.answer(session, {"account": ACCOUNT}, key=session["step"]["id"]))
        for session in waiting
    ]
    await asyncio.wait([*starting, *answering], return_when=asyncio.FIRST_COMPLETED)
    kill_engine(stack)
    started = await asyncio.gather(*starting)
    answered = await asyncio.gather(*answering)
    assert obstacles + persistent.met

    assert {session["step"]["key"] for session in answered} == {"say_no_debt"}
    for session in answered:
        assert [visit["key"] for visit in session["step"]["visited"]] == ["ask_account"]
    for key, session in zip(keys, started, strict=True):
        found = (await operator.api.get("/sessions", params={"external_id": key, "state": "open"})).json()["items"]
        assert [item["id"] for item in found] == [session["id"]]
        assert len(await engine.processes.find(session["id"])) == 1


async def test_what_a_caller_began_who_left_in_the_middle_is_done(operator: Operator, billing: Billing) -> None:
    session = await operator.until("choose_offer", {"account": "1000000001"}, {"agreement": "yes"})
    await billing.behave(latency_ms={"fixed": 1500})
    choice, key = {"offer": "sum_1000", "consent": True}, uuid4().hex
    with pytest.raises(httpx.ReadTimeout):
        await operator.api.post(
            f"/sessions/{session['id']}/submit",
            json={"step": session["step"]["id"], "answers": choice},
            headers={"Idempotency-Key": key},
            params={"wait": 20},
            timeout=0.5,
        )
    there = await Persistent(operator).answer(session, choice, key=key)
    assert there["step"]["key"] == "tell_promise"
    assert len(await billing.promises("1000000001")) == 1
