"""What happens to a session when the engine or the database goes away at a bad moment."""

from collections.abc import AsyncIterator

import httpx
import pytest

from player_api.app import create_app
from runtime.settings import Settings
from tests.fakes.engine import URL, FakeEngine, Fault
from tests.fakes.scenario import Ask
from tests.player_api.api import Api, problem

FIRST, SECOND = Ask("first"), Ask("second")


async def test_with_the_engine_down_a_start_is_refused_and_the_next_one_works(api: Api) -> None:
    script = await api.publish(FIRST)
    api.fake.break_next(Fault.UNAVAILABLE, "/start")
    refused = await api.start(script)
    assert (refused.status_code, problem(refused)) == (503, "engine-unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert (await api.start(script)).status_code == 201


async def test_a_start_whose_answer_was_lost_goes_on_with_the_same_session(api: Api, key: str) -> None:
    script = await api.publish(FIRST)
    api.fake.break_next(Fault.ANSWER_LOST, "/start")
    lost = await api.start(script, idempotency_key=key)
    assert problem(lost) == "engine-unavailable"
    session = (await api.start(script, idempotency_key=key)).json()
    assert session["step"]["key"] == "first"
    assert len(api.fake.instances.instances) == 1


async def test_a_repeated_start_is_one_session(api: Api, key: str) -> None:
    script = await api.publish(FIRST)
    first = await api.start(script, idempotency_key=key)
    second = await api.start(script, idempotency_key=key)
    assert first.json() == second.json()
    assert len(api.fake.instances.instances) == 1


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.ANSWER_LOST])
async def test_an_answer_sent_again_after_a_fault_is_taken_once(api: Api, key: str, fault: Fault) -> None:
    session = (await api.start(await api.publish(FIRST, SECOND, Ask("third")))).json()
    api.fake.break_next(fault, "/complete")
    broken = await api.submit(session, {}, idempotency_key=key)
    assert (broken.status_code, problem(broken)) == (503, "engine-unavailable")
    again = await api.submit(session, {}, idempotency_key=key)
    assert (again.status_code, again.json()["step"]["key"]) == (200, "second")


async def test_a_fault_after_the_answer_was_taken_loses_nothing(api: Api, key: str) -> None:
    session = (await api.start(await api.publish(FIRST, SECOND))).json()
    api.fake.break_next(Fault.UNAVAILABLE, "/task", times=1)
    broken = await api.submit(session, {}, idempotency_key=key)
    assert broken.status_code == 503
    again = await api.submit(session, {}, idempotency_key=key)
    assert (again.status_code, again.json()["step"]["key"]) == (200, "second")


async def test_optimistic_locking_is_gone_through(api: Api) -> None:
    session = (await api.start(await api.publish(FIRST, SECOND))).json()
    api.fake.break_next(Fault.RACED, "/complete", times=2)
    assert (await api.submit(session, {})).json()["step"]["key"] == "second"


async def test_reading_with_the_engine_down_says_so_and_recovers(api: Api) -> None:
    session = (await api.start(await api.publish(FIRST))).json()
    api.fake.break_next(Fault.UNAVAILABLE)
    down = await api.request("GET", f"/sessions/{session['id']}")
    assert (down.status_code, problem(down)) == (503, "engine-unavailable")
    assert (await api.request("GET", f"/sessions/{session['id']}")).json()["step"]["key"] == "first"


@pytest.fixture
async def without_database() -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(database_url="postgresql://nobody:x@127.0.0.1:1/none", engine_url=URL)
    app = create_app(settings, httpx.ASGITransport(FakeEngine()))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://facade") as client:
            yield client


async def test_with_the_database_down_the_facade_answers(without_database: httpx.AsyncClient) -> None:
    headers = {"Authorization": "Bearer key-operator"}
    response = await without_database.get("/api/v1/scripts", headers=headers)
    assert (response.status_code, problem(response)) == (503, "store-unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert (await without_database.get("/health/live")).status_code == 200
    ready = await without_database.get("/health/ready")
    assert (ready.status_code, ready.json()["checks"]["engine"]) == (503, "ok")
