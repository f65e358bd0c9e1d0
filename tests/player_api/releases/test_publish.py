"""Publishing: once for the same content, and completed by the next try where something came in between."""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from engine import Engine, EngineRejected, EngineSettings, EngineUnavailable
from functions.catalogue import Catalogue
from player_api.releases.close import close
from player_api.releases.publish import Published, publish
from stack.running import Running
from store.database import Database
from store.releases import Release, ReleaseContent, Releases
from tests.fakes.engine import URL, FakeEngine, Fault
from tests.fakes.scenario import Ask, Scenario
from tests.player_api.api import Api, problem

NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"


@pytest.fixture
def script() -> str:
    """The key of a script that nobody has published."""
    return f"script_{secrets.token_hex(6)}"


def content(script: str, name: str = "One") -> ReleaseContent:
    process = f'<process id="{script}" name="{name}" isExecutable="true"><startEvent id="start"/></process>'
    diagram = f'<definitions xmlns="{NAMESPACE}" targetNamespace="x">{process}</definitions>'
    return close(script, {"script.bpmn": diagram.encode()}, Catalogue({}, {}))


@pytest.fixture
def releases(database: Database) -> Releases:
    return Releases(database)


@pytest.fixture
async def engine(fake: FakeEngine) -> AsyncIterator[Engine]:
    async with Engine(EngineSettings(URL), httpx.ASGITransport(fake)) as engine:
        yield engine


async def known(releases: Releases, content: ReleaseContent) -> Release:
    return await releases.reserve(content, author="test")


async def test_the_same_content_is_one_release(engine: Engine, releases: Releases, script: str) -> None:
    first = await publish(engine, releases, content(script), "test")
    second = await publish(engine, releases, content(script), "test")
    assert first == Published(script, 1, is_new=True)
    assert second == Published(script, 1, is_new=False)


async def test_other_content_is_the_next_release_and_an_earlier_one_stays(
    engine: Engine, releases: Releases, script: str
) -> None:
    numbers = [(await publish(engine, releases, content(script, name), "test")).number for name in ("A", "B", "A")]
    assert numbers == [1, 2, 1]


async def test_the_first_release_is_rolled_out_and_later_ones_wait(
    api: Api, engine: Engine, releases: Releases, script: str
) -> None:
    api.fake.play(Scenario(script, (Ask("ask"),)))
    for name in ("A", "B"):
        await publish(engine, releases, content(script, name), "test")
    assert (await api.start(script)).json()["release"] == 1


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.ANSWER_LOST])
async def test_a_publication_that_was_cut_short_is_completed_by_the_next(
    api: Api, engine: Engine, releases: Releases, script: str, fault: Fault
) -> None:
    api.fake.play(Scenario(script, (Ask("ask"),)))
    api.fake.break_next(fault, "/deployment/create")
    with pytest.raises(EngineUnavailable):
        await publish(engine, releases, content(script), "test")
    assert (await known(releases, content(script))).definition_id is None
    assert problem(await api.start(script)) == "script-unknown"

    assert await publish(engine, releases, content(script), "test") == Published(script, 1, is_new=True)
    assert (await known(releases, content(script))).definition_id is not None
    assert (await api.start(script)).json()["release"] == 1


async def test_several_that_publish_the_same_at_once_make_one_release(
    engine: Engine, releases: Releases, script: str
) -> None:
    made = await asyncio.gather(*(publish(engine, releases, content(script), "test") for _ in range(4)))
    assert {release.number for release in made} == {1}
    assert sorted(release.is_new for release in made) == [False, False, False, True]


async def test_what_the_real_engine_refuses_is_not_started_and_can_be_mended(
    stack: Running, releases: Releases, script: str
) -> None:
    """No rule of ours finds that a flow leads nowhere; the engine does."""
    good = content(script)
    flow = b'<sequenceFlow id="flow" sourceRef="start" targetRef="nowhere"/></process>'
    broken = {name: file.replace(b"</process>", flow) for name, file in good.files.items()}
    bad = ReleaseContent(script, good.title, good.result, broken, secrets.token_bytes(32), {}, [])
    login = stack.credentials.engine
    async with Engine(EngineSettings(stack.urls["engine"], login.user, login.password)) as engine:
        with pytest.raises(EngineRejected, match="nowhere"):
            await publish(engine, releases, bad, "test")
        assert (await known(releases, bad)).definition_id is None
        assert await publish(engine, releases, good, "test") == Published(script, 2, is_new=True)
        deployment = (await known(releases, good)).deployment_id
        assert deployment is not None
        await engine.deployments.delete(deployment, cascade=True)


async def command(stack: Running, *folders: Path) -> tuple[int, str]:
    environment = {
        "SCRIPT_MANAGER_DATABASE_URL": stack.database_url("script_manager"),
        "SCRIPT_MANAGER_ENGINE_URL": stack.urls["engine"],
        "SCRIPT_MANAGER_ENGINE_USER": stack.credentials.engine.user,
        "SCRIPT_MANAGER_ENGINE_PASSWORD": stack.credentials.engine.password,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "player_api.releases", "publish", *map(str, folders)),
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, said.decode()


async def test_the_command_finds_the_shipped_scripts_published(stack: Running) -> None:
    status, said = await command(stack, Path("bpmn/promised_payment"))
    assert status == 0
    assert '"release": 1, "is_new": false' in said


async def test_the_command_says_what_is_wrong_with_a_folder(stack: Running, tmp_path: Path) -> None:
    (tmp_path / "script.bpmn").write_text("no diagram")
    status, said = await command(stack, tmp_path)
    assert status == 1
    assert "script.bpmn: this is not XML" in said
    missing, said = await command(stack, tmp_path / "missing")
    assert missing == 1
    assert "FileNotFoundError" in said
