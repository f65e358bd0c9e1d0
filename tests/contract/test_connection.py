import asyncio
import dataclasses
import re
import socket

import pytest

from engine import Engine, EngineRejected, EngineSettings, EngineUnauthorized, EngineUnavailable, NotFound
from engine.transport import Transport
from tests.contract.ground import Ground, unique


async def test_the_engine_tells_its_version(ground: Ground) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", await ground.engine.version())


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong"}, {"user": "nobody"}, {"user": None, "password": None}, {"token": "wrong"}]
)
async def test_wrong_credentials_are_said(ground: Ground, wrong: dict[str, str | None]) -> None:
    user = unique("user")  # of its own: Camunda locks out for a while whose password was wrong
    await ground.engine.users.provision(user, "right", own_password=ground.settings.password or "")
    credentials = {"user": user, "password": "right"} | wrong
    async with Engine(dataclasses.replace(ground.settings, **credentials)) as engine:  # type: ignore[arg-type]
        with pytest.raises(EngineUnauthorized):
            await engine.version()
        with pytest.raises(EngineUnauthorized):
            await engine.user_tasks.complete("nope", {})
    await ground.forget_user(user)


async def test_an_engine_that_is_down_has_not_been_sent_anything(ground: Ground) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    async with Engine(EngineSettings(f"http://127.0.0.1:{port}/engine-rest")) as engine:
        with pytest.raises(EngineUnavailable) as unavailable:
            await engine.version()
    assert not unavailable.value.sent


async def test_an_engine_that_is_too_slow_may_have_done_it(ground: Ground) -> None:
    transport = Transport(dataclasses.replace(ground.settings, timeout=0.2))
    topics = [{"topicName": unique("nothing"), "lockDuration": 1}]
    body = {"workerId": unique("w"), "maxTasks": 1, "asyncResponseTimeout": 2000, "topics": topics}
    with pytest.raises(EngineUnavailable, match="in time") as unavailable:
        await transport.send("POST", "/external-task/fetchAndLock", body=body)
    assert unavailable.value.sent
    await transport.aclose()


async def test_a_wrong_path_is_not_taken_for_something_that_is_gone(ground: Ground) -> None:
    async with Engine(dataclasses.replace(ground.settings, url=f"{ground.settings.url}/nope")) as engine:
        with pytest.raises((EngineRejected, EngineUnavailable)) as refused:
            await engine.processes.delete("some-id")
    assert not isinstance(refused.value, NotFound)


async def test_many_requests_share_the_pool(ground: Ground) -> None:
    versions = await asyncio.gather(*(ground.engine.version() for _ in range(50)))
    assert len(set(versions)) == 1
