"""Bad days on demand: by request, by setting, and what the record says about them."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from demo.calls import CallLog
from demo.faults import Behaviour, Fault, Faults, Misbehaviour
from demo.latency import FixedLatency, SpreadLatency
from tests.eventually import eventually

BALANCE = "/accounts/1000000001/balance"
PROMISES = "/accounts/1000000001/promised-payments"


def chance() -> random.Random:
    return random.Random(1)  # noqa: S311 - the same chances in every run


def behaviour(faults: Faults) -> Behaviour:
    return Behaviour(faults, chance(), lambda: datetime.now(UTC))


@pytest.mark.parametrize(
    ("faults", "headers", "fault"),
    [
        (Faults(), {}, None),
        (Faults(), {"X-Demo-Fault": "503"}, Fault.UNAVAILABLE),
        (Faults(), {"X-Demo-Fault": "lost"}, Fault.LOST),
        (Faults(), {"X-Demo-Fault": "bad mood"}, None),
        (Faults(down=True), {}, Fault.RESET),
        (Faults(down=True), {"X-Demo-Fault": "500"}, Fault.ERROR),
        (Faults(hang=True), {}, Fault.TIMEOUT),
        (Faults(garbage=True), {}, Fault.GARBAGE),
        (Faults(lose_answers=True), {}, Fault.LOST),
        (Faults(error_rate=1, status=502), {}, 502),
    ],
)
def test_what_goes_wrong(faults: Faults, headers: dict[str, str], fault: Fault | int | None) -> None:
    assert behaviour(faults).fault(Headers(headers)) == fault


def test_the_error_rate_is_a_share_of_requests() -> None:
    sometimes = behaviour(Faults(error_rate=0.2))
    failed = sum(sometimes.fault(Headers()) is not None for _ in range(10_000))
    assert 1_900 < failed < 2_100


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.05),
        ({"X-Demo-Latency-Ms": "800"}, 0.8),
        ({"X-Demo-Latency-Ms": "0"}, 0),
        ({"X-Demo-Latency-Ms": "-1"}, 0.05),
        ({"X-Demo-Latency-Ms": "99999999"}, 0.05),
    ],
)
def test_how_long_a_request_waits(headers: dict[str, str], seconds: float) -> None:
    assert behaviour(Faults(latency_ms=FixedLatency(fixed=50))).seconds(Headers(headers)) == seconds


def test_spread_latency_has_the_wanted_median_and_tail() -> None:
    same = chance()
    times = sorted(SpreadLatency(median=120, p99=600).seconds(same) for _ in range(50_000))
    assert times[25_000] == pytest.approx(0.120, rel=0.03)
    assert times[49_500] == pytest.approx(0.600, rel=0.06)


async def test_a_request_waits_and_is_recorded() -> None:
    clock = [datetime(2026, 11, 24, tzinfo=UTC)]

    async def pause(seconds: float) -> None:
        clock[0] += timedelta(seconds=seconds)

    async def greet(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    routes = [Route("/people/{name}", greet)]
    slow = Behaviour(Faults(latency_ms=FixedLatency(fixed=250)), chance(), lambda: clock[0], pause)
    calls = CallLog(since=clock[0])
    app = Misbehaviour(Starlette(routes=routes), routes, slow, calls)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://demo") as client:
        headers = {"Idempotency-Key": "k1", "X-Correlation-Id": "c1"}
        assert (await client.get("/people/anna", headers=headers)).text == "hello"
        assert (await client.get("/elsewhere")).status_code == 404
    ((number, call),) = calls.after(0, 10)
    assert (number, call.method, call.path, call.key, call.correlation_id) == (1, "GET", "/people/{name}", "k1", "c1")
    assert (call.at, call.status, call.fault, call.milliseconds) == (calls.since, 200, None, 250)


@pytest.mark.parametrize(
    ("fault", "status", "is_json"), [("500", 500, True), ("503", 503, True), ("garbage", 200, False)]
)
async def test_faulty_answers(billing: httpx.AsyncClient, fault: str, status: int, *, is_json: bool) -> None:
    answer = await billing.get(BALANCE, headers={"X-Demo-Fault": fault})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    if is_json:
        assert answer.json()["error"]["code"] == "UNAVAILABLE"
    else:
        with pytest.raises(ValueError, match="Expecting"):
            answer.json()


@pytest.mark.parametrize(("fault", "happened"), [("reset", False), ("lost", True)])
async def test_broken_connections(billing_over_tcp: httpx.AsyncClient, fault: str, *, happened: bool) -> None:
    headers = {"Idempotency-Key": "key-1", "X-Demo-Fault": fault}
    with pytest.raises(httpx.ReadError):
        await billing_over_tcp.post(PROMISES, json={"amount": 20_000, "days": 3}, headers=headers)
    found = await billing_over_tcp.get("/promised-payments/by-key/key-1")
    assert (found.status_code == 200) is happened


async def test_silence(billing_over_tcp: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.ReadTimeout):
        await billing_over_tcp.get(BALANCE, headers={"X-Demo-Fault": "timeout"}, timeout=0.2)
    assert (await billing_over_tcp.get(BALANCE)).status_code == 200


@pytest.mark.parametrize(
    ("setting", "error"),
    [({"down": True}, httpx.ReadError), ({"lose_answers": True}, httpx.ReadError), ({"hang": True}, httpx.ReadTimeout)],
)
async def test_settings_last_until_changed(
    billing_over_tcp: httpx.AsyncClient, setting: dict[str, Any], error: type[Exception]
) -> None:
    assert (await billing_over_tcp.put("/_demo/faults", json=setting)).status_code == 200
    for _ in range(2):
        with pytest.raises(error):
            await billing_over_tcp.get(BALANCE, timeout=0.2)
    assert (await billing_over_tcp.get("/health/ready")).status_code == 200
    assert (await billing_over_tcp.put("/_demo/faults", json={})).status_code == 200
    assert (await billing_over_tcp.get(BALANCE)).status_code == 200


@pytest.mark.parametrize(
    "setting",
    [
        {"error_rate": 2},
        {"status": 404},
        {"latency_ms": {"median": 100, "p99": 50}},
        {"latency_ms": {"fixed": -1}},
        {"latency_ms": {"median": 100}},
        {"speed": 1},
    ],
)
async def test_wrong_settings_change_nothing(billing: httpx.AsyncClient, setting: dict[str, Any]) -> None:
    before = (await billing.get("/_demo/faults")).json()
    answer = await billing.put("/_demo/faults", json=setting)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "INVALID_REQUEST")
    assert (await billing.get("/_demo/faults")).json() == before


async def test_the_record_of_calls(billing: httpx.AsyncClient) -> None:
    await billing.get(BALANCE)
    await billing.post(PROMISES, json={"amount": 20_000, "days": 3}, headers={"Idempotency-Key": "key-1"})
    await billing.get("/accounts/9999999999", headers={"X-Demo-Fault": "503"})
    recorded = (await billing.get("/_demo/calls")).json()
    fields = ("number", "method", "path", "key", "status", "fault")
    assert [tuple(call[field] for field in fields) for call in recorded["calls"]] == [
        (1, "GET", "/accounts/{account}/balance", None, 200, None),
        (2, "POST", "/accounts/{account}/promised-payments", "key-1", 201, None),
        (3, "GET", "/accounts/{account}", None, 503, "503"),
    ]
    later = (await billing.get("/_demo/calls", params={"after": 2})).json()
    assert (later["total"], later["calls"]) == (3, recorded["calls"][2:])


async def test_the_record_counts_calls_that_have_not_ended(billing: httpx.AsyncClient) -> None:
    silent = asyncio.create_task(billing.get(BALANCE, headers={"X-Demo-Fault": "timeout"}))

    async def running() -> int:
        return int((await billing.get("/_demo/calls")).json()["running"])

    await eventually(running)
    silent.cancel()
    await asyncio.gather(silent, return_exceptions=True)
    recorded = (await billing.get("/_demo/calls")).json()
    assert (recorded["running"], recorded["total"]) == (0, 1)


async def test_calls_that_are_given_up_are_recorded(billing: httpx.AsyncClient) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await billing.get(BALANCE, headers={"X-Demo-Fault": "timeout"})
    (call,) = (await billing.get("/_demo/calls")).json()["calls"]
    assert (call["status"], call["fault"]) == (None, "timeout")
