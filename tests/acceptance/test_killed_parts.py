"""``kill -9`` of every part while sessions are under way: nothing is lost, and everything comes back by itself."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx
import psutil
import pytest

from stack import running
from stack.running import Running
from tests.acceptance.billing import Billing
from tests.acceptance.operator import Json, Operator, Persistent
from tests.eventually import eventually

AT_A_STEP, IN_A_FUNCTION = "1000000002", "1000000001"
CHOICE = {"offer": "sum_1000", "consent": True}
SLOW = 1500
"""Milliseconds that billing takes while a function is to be caught at its work."""


def kill(stack: Running, part: str) -> None:
    """End a part at once, and return when it has ended."""
    process = running.read(stack.folder).parts[part].process()
    assert process is not None
    process.send_signal(signal.SIGKILL)
    psutil.wait_procs([process], timeout=20)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


async def in_a_function(operator: Operator, billing: Billing, key: str) -> Json:
    """A session whose promise a worker is asking billing for at this moment."""
    session = await operator.until("choose_offer", {"account": IN_A_FUNCTION}, {"agreement": "yes"})
    await billing.behave(latency_ms={"fixed": SLOW})
    response = await operator.submit(session, CHOICE, key=key, wait=0)
    assert response.status_code == 202
    await eventually(billing.is_asked)
    return session


async def the_api_answers(operator: Operator, _billing: Billing, session: Json) -> None:
    """What needs no engine is answered, and the rest is told when to come back."""
    path = f"/sessions/{session['id']}"
    api = operator.api
    for refused in (
        await api.post("/sessions", json={"script": session["script"], "channel": "crm"}),
        await api.get(path),
        await operator.submit(session, {"account": AT_A_STEP}),
        await api.post(f"{path}/retry"),
        await api.post(f"{path}/cancel", json={"reason": "x"}),
    ):
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (503, "engine-unavailable")
        assert int(refused.headers["Retry-After"]) > 0
    assert (await api.get("/scripts")).status_code == 200
    assert (await api.get(f"{path}/history")).status_code == 200
    health = api.base_url.copy_with(path="/health/")
    assert (await api.get(health.join("live"))).status_code == 200
    ready = await api.get(health.join("ready"))
    assert (ready.status_code, ready.json()["checks"]["database"]) == (503, "ok")


async def nobody_answers(operator: Operator, _billing: Billing, session: Json) -> None:
    with pytest.raises(httpx.TransportError):
        await operator.read(session)


async def nothing_to_see(_operator: Operator, _billing: Billing, _session: Json) -> None:
    """It is back before anybody must be told."""


async def billing_comes_back(_operator: Operator, billing: Billing, _session: Json) -> None:
    async def is_back() -> bool:
        try:
            return (await billing.client.get("/health/ready")).status_code == 200
        except httpx.TransportError:
            return False

    await eventually(is_back)


@pytest.mark.parametrize(
    ("part", "meanwhile"),
    [
        ("engine", the_api_answers),
        ("facade", nobody_answers),
        ("postgres", nothing_to_see),
        ("demo-billing", billing_comes_back),
    ],
)
@pytest.mark.usefixtures("mended")
async def test_sessions_go_on_after_a_part_was_killed(
    stack: Running,
    operator: Operator,
    billing: Billing,
    part: str,
    meanwhile: Callable[[Operator, Billing, Json], Awaitable[None]],
) -> None:
    persistent = Persistent(operator)
    waiting = await operator.start()
    working = await in_a_function(operator, billing, chosen := uuid4().hex)
    kill(stack, part)
    await meanwhile(operator, billing, waiting)

    there = await persistent.answer(waiting, {"account": AT_A_STEP}, key=uuid4().hex)
    assert there["step"]["key"] == "say_no_debt"
    assert (await persistent.follow(working))["step"]["key"] == "tell_promise"

    answered = [event["data"] for event in await operator.history(waiting) if event["type"] == "answer_given"]
    assert {given["step"] for given in answered} == {waiting["step"]["id"]}
    assert answered[-1]["answers"] == {"account": AT_A_STEP}
    again = await operator.submit(working, CHOICE, key=chosen)
    assert again.json()["step"]["key"] == "tell_promise"
    assert len(await billing.promises(IN_A_FUNCTION)) == 1


@pytest.mark.long
@pytest.mark.usefixtures("mended")
async def test_a_request_that_a_killed_facade_was_at_is_taken_over(
    stack: Running, operator: Operator, billing: Billing
) -> None:
    """Longer than the 30 s after which a request counts as abandoned."""
    session = await operator.until("choose_offer", {"account": IN_A_FUNCTION}, {"agreement": "yes"})
    await billing.behave(latency_ms={"fixed": SLOW})
    asking = asyncio.create_task(operator.submit(session, CHOICE, key=(key := uuid4().hex)))
    await eventually(lambda: _given(operator, session, "choose_offer"))
    kill(stack, "facade")
    with pytest.raises(httpx.TransportError):
        await asking

    persistent = Persistent(operator)
    assert (await persistent.answer(session, CHOICE, key=key))["step"]["key"] == "tell_promise"
    assert "request-in-progress" in persistent.met
    assert len(await billing.promises(IN_A_FUNCTION)) == 1


async def _given(operator: Operator, session: Json, step: str) -> bool:
    events = await operator.history(session)
    return any(event["type"] == "answer_given" and event["data"]["key"] == step for event in events)


@pytest.mark.long
@pytest.mark.usefixtures("mended")
async def test_a_killed_worker_s_function_is_taken_over_and_its_promise_made_once(
    stack: Running, operator: Operator, billing: Billing
) -> None:
    """Longer than the 30 s after which the lock of the dead worker ends."""
    before = await billing.seen()
    session = await in_a_function(operator, billing, uuid4().hex)
    kill(stack, "workers")
    await billing.behave()
    assert (await Persistent(operator).follow(session))["step"]["key"] == "tell_promise"
    assert len(await billing.promises(IN_A_FUNCTION)) == 1
    asked = [call for call in await billing.calls(after=before) if call["method"] == "POST"]
    assert len({call["key"] for call in asked}) == 1
    assert [call["status"] for call in asked].count(201) == 1
