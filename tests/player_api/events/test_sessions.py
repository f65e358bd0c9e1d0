import asyncio
import time

import pytest
from fastapi import FastAPI

from player_api.events.stream import Client, session_source, stream
from player_api.sessions.context import Caller
from tests.eventually import eventually
from tests.fakes.engine import Fault
from tests.fakes.scenario import Ask, CallFunction
from tests.player_api.access.tokens import embed_token
from tests.player_api.api import Api, Json
from tests.player_api.events.streams import Streams

FIRST, SECOND = Ask("first"), Ask("second")


@pytest.fixture
async def session(api: Api) -> Json:
    return dict((await api.start(await api.publish(FIRST, SECOND))).json())


def events_of(session: Json) -> str:
    return f"/sessions/{session['id']}/events"


async def test_a_session_comes_at_once_and_at_each_change_until_it_ends(
    api: Api, streams: Streams, session: Json
) -> None:
    async with streams.open(events_of(session)) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        first = await stream.next()
        assert (first.event, first.data["step"]["key"]) == ("session", "first")
        read = await api.request("GET", f"/sessions/{session['id']}")
        assert (first.id, first.data) == (read.headers["ETag"], read.json())
        second = (await api.submit(session, {})).json()
        assert (await stream.next()).data["step"]["key"] == "second"
        await api.submit(second, {})
        [*_, last, end] = await stream.everything()
    assert (last.event, last.data["state"], last.data["result"]["end"]) == ("session", "ended", "end")
    assert (end.event, end.data) == ("end", {"session": session["id"]})


async def test_a_session_that_is_over_is_said_once(api: Api, streams: Streams, session: Json) -> None:
    await api.request("POST", f"/sessions/{session['id']}/cancel", json={"reason": "gone"})
    async with streams.open(events_of(session)) as stream:
        received = [each for each in await stream.everything() if each.event]
    assert [each.event for each in received] == ["session", "end"]
    assert received[0].data["state"] == "cancelled"


async def test_who_comes_back_is_told_only_what_is_new(api: Api, streams: Streams, session: Json) -> None:
    async with streams.open(events_of(session)) as stream:
        known = (await stream.next()).id
    async with streams.open(events_of(session), last=known) as stream:
        await api.submit(session, {})
        assert (await stream.next()).data["step"]["key"] == "second"
    async with streams.open(events_of(session), last=known) as stream:
        assert (await stream.next()).data["step"]["key"] == "second"


async def test_a_stream_ends_with_the_token_that_opened_it(api: Api, streams: Streams, session: Json) -> None:
    token = embed_token(exp=int(time.time()) + 2)
    async with streams.open(events_of(session), key=token) as stream:
        received = [each for each in await stream.everything() if each.event]
    assert [each.event for each in received] == ["session"]
    assert (await api.request("GET", f"/sessions/{session['id']}", key=token)).status_code == 401


async def test_one_stream_for_several_sessions(api: Api, streams: Streams) -> None:
    script = await api.publish(FIRST)
    one, other = (await api.start(script)).json(), (await api.start(script)).json()
    async with streams.open("/events", session=[one["id"], other["id"]]) as stream:
        assert {(await stream.next()).data["id"] for _ in range(2)} == {one["id"], other["id"]}
        await api.submit(one, {})
        said = [await stream.next()]
        while said[-1].event != "end":
            said.append(await stream.next())
        assert {received.data["id"] for received in said[:-1]} == {one["id"]}
        assert (said[-2].data["state"], said[-1].data) == ("ended", {"session": one["id"]})
        await api.submit(other, {})
        assert (await stream.everything())[-1].data == {"session": other["id"]}


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/sessions/8a0c8e3e-6e0c-4a53-8f0e-0d8f2c7b1a11/events", {}, 404),
        ("/events", {"session": "8a0c8e3e-6e0c-4a53-8f0e-0d8f2c7b1a11"}, 404),
        ("/events", {}, 422),
        ("/events", {"session": "x"}, 422),
        ("/events", {"session": ["8a0c8e3e-6e0c-4a53-8f0e-0d8f2c7b1a11"] * 51}, 422),
    ],
)
async def test_what_can_not_be_watched_is_a_problem(api: Api, path: str, query: Json, status: int) -> None:
    response = await api.request("GET", path, params=query)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")


async def test_another_tenant_watches_nothing(api: Api, session: Json) -> None:
    for path, query in ((events_of(session), {}), ("/events", {"session": session["id"]})):
        assert (await api.request("GET", path, params=query, key="key-elsewhere")).status_code == 404


async def test_many_who_watch_the_same_session_cost_one_look(
    app: FastAPI, api: Api, streams: Streams, session: Json
) -> None:
    many = 20

    async def watch() -> list[str]:
        async with streams.open(events_of(session)) as stream:
            return [(await stream.next()).data["step"]["key"], (await stream.next()).data["step"]["key"]]

    watching = [asyncio.create_task(watch()) for _ in range(many)]
    await eventually(lambda: _watchers(app) == many)
    assert len(app.state.watched) == 1
    await api.submit(session, {})
    assert await asyncio.gather(*watching) == [["first", "second"]] * many
    await eventually(lambda: len(app.state.watched) == 0)
    assert app.state.sessions.listener.waiting == 0


def _watchers(app: FastAPI) -> int:
    return sum(len(watch.watchers) for watch, _ in app.state.watched._watches.values())


async def test_an_engine_that_is_away_is_said_and_waited_for(api: Api, streams: Streams, session: Json) -> None:
    api.fake.break_next(Fault.UNAVAILABLE, "/task", times=2)
    async with streams.open(events_of(session)) as stream:
        away = await stream.next()
        assert (away.event, away.data["type"]) == ("problem", "urn:script-manager:problem:engine-unavailable")
        assert (await stream.next()).data["step"]["key"] == "first"


async def test_a_change_that_nobody_was_told_of_is_seen(api: Api, streams: Streams) -> None:
    session = (await api.start(await api.publish(CallFunction("billing.get_balance"), SECOND))).json()
    async with streams.open(events_of(session)) as stream:
        assert (await stream.next()).data["state"] == "working"
        [task] = api.fake.instances.functions.values()
        api.fake.instances.complete_function(task, {})
        assert (await stream.next()).data["step"]["key"] == "second"


async def test_a_process_that_stops_ends_its_streams_and_says_when_to_come_back(
    app: FastAPI, streams: Streams, session: Json
) -> None:
    async with streams.open(events_of(session)) as stream:
        await stream.next()
        app.state.watched.close()
        [last] = await stream.everything()
    assert last.event is None
    assert last.retry is not None
    assert 500 <= last.retry <= 5000


async def test_who_is_slow_gets_the_newest_state(api: Api, streams: Streams) -> None:
    long = {"type": "default", "id": "f", "components": [{"type": "text", "text": "x" * 200_000}]}
    steps = [Ask(f"step_{number}", form=long) for number in range(40)]
    session = (await api.start(await api.publish(*steps))).json()
    async with streams.open(events_of(session)) as stream:
        await stream.next()
        for _ in steps[1:]:
            session = (await api.submit(session, {})).json()
        seen: list[str] = []
        while not seen or seen[-1] != "step_39":
            seen.append((await stream.next()).data["step"]["key"])
    assert len(seen) < len(steps)


async def test_a_stream_ends_after_a_while_and_is_opened_again(app: FastAPI, session: Json) -> None:
    stored = await app.state.sessions.sessions.find(session["id"], "main")
    client = Client(Caller("key:operator", "main", "c"), None)
    source = session_source(app.state.sessions, stored, app.state.watched.turns)
    watched = stream(app.state.watched, source, client, lasts=0.5)
    assert [event.event async for event in watched] == [None, "session"]
    assert len(app.state.watched) == 0
