"""Calls over HTTP against a system that does what it likes, over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from functions.outcome import Failed, Outcome, Refused, Succeeded
from tests.functions.declared import ACCOUNT, CONTEXT, SYSTEM, Pauses, loaded, runnable, runner, source
from tests.functions.raw_system import Answering, RawSystem, always, http, raw_system

BALANCE = json.dumps({"balance": {"amount": 5000}}).encode()


@asynccontextmanager
async def calling(
    answering: Answering, system_fields: dict[str, Any] | None = None, **fields: Any
) -> AsyncIterator[tuple[RawSystem, Any]]:
    async with raw_system(answering) as system:
        catalogue = loaded(source(SYSTEM, **(system_fields or {})), source(**fields)).sound()
        ready = runner(catalogue, system.url, Pauses())
        try:
            yield system, runnable(ready)
        finally:
            await ready.retire()


async def outcome_of(answering: Answering, **fields: Any) -> Outcome:
    async with calling(answering, **fields) as (_, function):
        outcome: Outcome = await function.run({"account": ACCOUNT}, CONTEXT)
        return outcome


async def test_the_answer_becomes_outputs() -> None:
    async with calling(always(http(200, BALANCE))) as (system, function):
        outcome = await function.run({"account": ACCOUNT, "other": "x"}, CONTEXT)
    assert outcome.ending == Succeeded({"balance": 5000})
    assert outcome.attempts == 1
    head = system.requests[0].decode().lower()
    assert head.startswith(f"get /accounts/{ACCOUNT}/balance http/1.1\r\n")
    assert "x-correlation-id: c-1\r\n" in head
    assert "accept: application/json, application/xml;q=0.9\r\n" in head
    assert "cookie" not in head


async def test_query_headers_and_body_are_filled_from_inputs() -> None:
    inputs = [
        {"name": "text", "type": "string"},
        {"name": "many", "type": "json"},
        {"name": "absent", "type": "string"},
    ]
    call = {
        "http": {
            "method": "POST",
            "path": "/search/{text}",
            "query": {"q": "text", "id": "many", "none": "absent", "yes": "true"},
            "headers": {"X-Kind": '"line"', "X-None": "absent"},
            "body": {"text": "text", "deep": [{"many": "many[1]", "fixed": 7}], "none": "absent"},
        }
    }
    async with calling(always(http(200, b"{}")), inputs=inputs, call=call, errors=None, outputs={}) as (
        system,
        function,
    ):
        outcome = await function.run({"text": "Й/&?", "many": [1, 2]}, CONTEXT)
    assert isinstance(outcome.ending, Succeeded)
    head, _, body = system.requests[0].partition(b"\r\n\r\n")
    target = urlsplit(head.split(b" ")[1].decode())
    assert target.path.count("/") == 2
    assert unquote(target.path) == "/search/Й/&?"
    assert parse_qsl(target.query) == [("q", "Й/&?"), ("id", "1"), ("id", "2"), ("yes", "true")]
    assert b"x-kind: line" in head.lower()
    assert b"x-none" not in head.lower()
    assert json.loads(body) == {"text": "Й/&?", "deep": [{"many": 1, "fixed": 7}], "none": None}


@pytest.mark.parametrize(
    ("credentials", "header"),
    [
        (
            {"basic": {"user": {"env": "USER"}, "password": {"env": "BILLING_PASSWORD"}}},
            "authorization: basic ym9iOnMzY3JldA==",
        ),
        ({"bearer": {"env": "BILLING_PASSWORD"}}, "authorization: bearer s3cret"),
        ({"header": {"name": "X-Key", "value": {"env": "BILLING_PASSWORD"}}}, "x-key: s3cret"),
    ],
)
async def test_credentials_go_along(credentials: dict[str, Any], header: str) -> None:
    async with calling(always(http(200, BALANCE)), {"credentials": credentials}) as (system, function):
        await function.run({"account": ACCOUNT}, CONTEXT)
    assert header.lower() in system.requests[0].decode().lower().split("\r\n")


@pytest.mark.parametrize(
    ("answer", "cause", "part"),
    [
        (http(200, b"<html>"), "unreadable", "not JSON: Expecting value at character 1 of 6"),
        (http(200, b'{"balance": {"amo'), "unreadable", "not JSON"),
        (http(200, b'{"balance": NaN}'), "unreadable", "NaN is no JSON value"),
        (http(200, b"[" * 100_000), "unreadable", "nested too deeply"),
        (http(200, b"\xff\xfe"), "unreadable", "not utf-8 at byte 1"),
        (http(200, BALANCE, "Content-Type: application/json; charset=klingon"), "unreadable", "unknown character set"),
        (http(200, BALANCE, "Content-Encoding: gzip"), "unreadable", "compressed"),
        (http(200, b'"' + b"x" * 2_000_000 + b'"'), "oversized", "more than 1048576 bytes"),
        (http(400, b"{}"), "400", "billing answered 400"),
        (http(302, b"", "Location: http://elsewhere.example/"), "302", "never leaves its system's address"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "unreadable", "not HTTP"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_an_answer_that_cannot_be_used_is_a_permanent_failure(answer: bytes, cause: str, part: str) -> None:
    outcome = await outcome_of(always(answer), retry={"attempts": 3, "on": ["timeout", "connect", "broken", 503]})
    assert isinstance(outcome.ending, Failed)
    assert outcome.ending.cause == cause
    assert part in outcome.ending.message
    assert not outcome.ending.may_pass
    assert outcome.attempts == 1
    assert ACCOUNT not in outcome.ending.message


async def test_another_character_set_is_read() -> None:
    body = '{"balance": {"amount": "пять"}}'.encode("cp1251")
    outcome = await outcome_of(always(http(200, body, "Content-Type: application/json; charset=windows-1251")))
    assert outcome.ending == Succeeded({"balance": "пять"})


async def half_sent(_request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n{")
    await writer.drain()
    writer.close()


async def hangs_up(_request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.parametrize("answering", [half_sent, hangs_up])
async def test_a_broken_connection_may_pass(answering: Answering) -> None:
    outcome = await outcome_of(answering, retry={"attempts": 2, "on": ["broken"]})
    assert outcome.ending == Failed("broken", "billing.get_balance: billing broke off the connection", may_pass=True)
    assert outcome.attempts == 2


async def accepts_and_never_answers(_request: bytes, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def never_ends(_request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1\r\n \r\n")
        await writer.drain()
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("answering", [accepts_and_never_answers, never_ends])
async def test_the_deadline_ends_what_never_answers(answering: Answering) -> None:
    outcome = await outcome_of(answering, deadline="100ms", retry={"attempts": 3, "on": ["timeout"]})
    expected = "billing.get_balance: billing did not answer within 0.1 s"
    assert outcome.ending == Failed("timeout", expected, may_pass=True)
    assert outcome.attempts == 1


async def test_a_system_that_is_down_is_tried_again(unused_tcp_port: int) -> None:
    pauses = Pauses()
    retry = {"attempts": 3, "on": ["connect"], "backoff": "100ms..150ms"}
    ready = runner(loaded(source(retry=retry)).sound(), f"http://127.0.0.1:{unused_tcp_port}", pauses)
    outcome = await runnable(ready).run({"account": ACCOUNT}, CONTEXT)
    await ready.retire()
    assert outcome.ending == Failed("connect", "billing.get_balance: billing can't be reached", may_pass=True)
    assert outcome.attempts == 3
    assert len(pauses.seconds) == 2
    assert 0 <= pauses.seconds[0] <= 0.1
    assert 0 <= pauses.seconds[1] <= 0.15


async def test_an_answer_after_two_failures_counts() -> None:
    answers = iter([http(503, b""), http(503, b"{}"), http(200, BALANCE)])

    async def answering(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(next(answers))

    outcome = await outcome_of(answering, retry={"attempts": 3, "on": [503]})
    assert outcome.ending == Succeeded({"balance": 5000})
    assert outcome.attempts == 3


async def test_a_business_error_is_neither_a_failure_nor_repeated() -> None:
    rules = [{"when": "status = 404", "bpmn_error": "ACCOUNT_NOT_FOUND", "outputs": {"why": "response.reason"}}]
    outcome = await outcome_of(
        always(http(404, b'{"reason": "closed"}')), errors=rules, retry={"attempts": 3, "on": ["connect"]}
    )
    assert outcome.ending == Refused("ACCOUNT_NOT_FOUND", {"why": "closed"})
    assert outcome.attempts == 1


async def test_a_business_error_needs_no_readable_body() -> None:
    outcome = await outcome_of(always(http(404, b"<html>")))
    assert outcome.ending == Refused("ACCOUNT_NOT_FOUND", {})


async def test_cookies_of_one_customer_never_reach_the_next() -> None:
    async with calling(always(http(200, BALANCE, "Set-Cookie: session=anna; Path=/"))) as (system, function):
        for _ in range(2):
            await function.run({"account": ACCOUNT}, CONTEXT)
    assert len(system.requests) == 2
    assert b"cookie" not in system.requests[1].lower()


async def test_the_idempotency_header_is_the_same_for_every_attempt_at_a_task() -> None:
    fields: dict[str, Any] = {
        "effect": "irreversible",
        "idempotency_header": "Idempotency-Key",
        "retry": {"attempts": 2, "on": [503]},
    }
    async with calling(always(http(503, b"")), **fields) as (system, function):
        for _ in range(2):
            await function.run({"account": ACCOUNT}, CONTEXT)
    keys = {line for request in system.requests for line in request.split(b"\r\n") if b"idempotency-key" in line}
    assert len(system.requests) == 4
    assert keys == {f"idempotency-key: {CONTEXT.idempotency_key}".encode()}


@pytest.mark.parametrize("value", ["..", ".", "", None, [1]])
async def test_an_input_cannot_lead_out_of_the_path(value: object) -> None:
    inputs = [{"name": "account", "type": "json" if isinstance(value, list) else "string"}]
    async with calling(always(http(200, BALANCE)), inputs=inputs) as (system, function):
        outcome = await function.run({"account": value}, CONTEXT)
    assert isinstance(outcome.ending, Failed)
    assert outcome.ending.cause == "inputs"
    assert system.requests == []


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "Йота"])
async def test_a_header_holds_only_what_headers_can(value: str) -> None:
    call = {"http": {"method": "GET", "path": "/", "headers": {"X-Name": "account"}}}
    async with calling(always(http(200, BALANCE)), inputs=[{"name": "account", "type": "string"}], call=call) as (
        system,
        function,
    ):
        outcome = await function.run({"account": value}, CONTEXT)
    assert isinstance(outcome.ending, Failed)
    assert outcome.ending.message == "billing.get_balance: header X-Name would hold characters that headers can't"
    assert system.requests == []


async def test_a_system_gets_no_more_calls_at_once_than_it_bears() -> None:
    now, most = 0, 0
    enough = asyncio.Event()

    async def answering(_request: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now == 2:
            enough.set()
        await enough.wait()
        now -= 1
        writer.write(http(200, BALANCE))

    async with calling(answering, {"limits": {"concurrency": 2}}) as (_, function):
        outcomes = await asyncio.gather(*(function.run({"account": ACCOUNT}, CONTEXT) for _ in range(10)))
    assert most == 2
    assert all(outcome.ending == Succeeded({"balance": 5000}) for outcome in outcomes)


@pytest.mark.parametrize(
    ("output", "body", "ending"),
    [
        ({"value": "response.x", "type": "integer"}, {"x": 5}, {"out": 5}),
        ({"value": "response.x", "type": "integer"}, {"x": 5.0}, {"out": 5}),
        ({"value": "response.x", "type": "integer"}, {"x": None}, {"out": None}),
        ({"value": "response.x"}, {"x": 2**53 + 1}, {"out": str(2**53 + 1)}),
        ({"value": "response.x", "type": "json"}, {"x": [1]}, {"out": [1]}),
        (
            {"value": "response.x", "type": "integer"},
            {"x": "5"},
            "output out is not an integer in the answer of billing",
        ),
        ({"value": "response.x", "type": "boolean"}, {"x": 1}, "output out is not a boolean in the answer of billing"),
        ({"value": "response.x", "type": "date"}, {"x": "now"}, "output out is not a date in the answer of billing"),
        ({"value": "response.x", "required": True}, {}, "output out is missing in the answer of billing"),
    ],
)
async def test_outputs_are_typed(output: dict[str, Any], body: dict[str, Any], ending: object) -> None:
    outcome = await outcome_of(always(http(200, json.dumps(body).encode())), outputs={"out": output})
    if isinstance(ending, str):
        assert outcome.ending == Failed("outputs", f"billing.get_balance: {ending}", may_pass=False)
    else:
        assert outcome.ending == Succeeded(ending)  # type: ignore[arg-type]
