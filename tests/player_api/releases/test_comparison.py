"""The store and the engine after one of them was changed behind the other's back."""

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from engine import Engine
from functions.catalogue import Catalogue
from player_api.releases.close import close, deployable
from player_api.releases.comparison import Comparison, Difference, Discrepancy
from player_api.releases.publish import SOURCE, deployment_name, release_of
from store.held_releases import HeldReleases
from store.release_files import ReleaseFiles
from store.retirement import Retirement
from tests.player_api.api import Api
from tests.player_api.authoring.scripts import bpmn
from tests.player_api.authoring.test_drafts import begin, write


@pytest.fixture
async def script(real: Api, engine: Engine) -> AsyncIterator[str]:
    key = f"compared_{secrets.token_hex(6)}"
    await begin(real, key)
    await write(real, key, "script.bpmn", bpmn(key), 1)
    published = await real.request("POST", f"/scripts/{key}/releases", key="key-head-publisher", json={})
    assert published.status_code == 201
    yield key
    for deployment in await engine.deployments.of_source(SOURCE):
        if (release_of(deployment.name or "") or ("",))[0] == key:
            await engine.deployments.delete(deployment.id, cascade=True)


@pytest.fixture
def comparison(real: Api, engine: Engine) -> Comparison:
    database = real.database
    at_once = timedelta(seconds=-5)
    return Comparison(engine, HeldReleases(database), ReleaseFiles(database), Retirement(database), at_once)


async def only(comparison: Comparison, script: str) -> Discrepancy:
    [found] = await comparison.differences([script])
    assert script in found.en
    assert script in found.ru
    return found


async def deployment_of(real: Api, script: str) -> str:
    row = await real.database.fetch_one("SELECT deployment_id FROM releases WHERE script = %s", (script,))
    assert row is not None
    return str(row["deployment_id"])


async def deploy_by_hand(engine: Engine, script: str) -> str:
    content = close(script, {"script.bpmn": bpmn(script)}, Catalogue())
    files = deployable(content.files, script, f"{script}/1")
    made = await engine.deployments.create(deployment_name("Ещё раз", script, 1), files, source=SOURCE)
    return made.id


async def test_what_was_published_is_the_same_in_both(comparison: Comparison, script: str) -> None:
    assert await comparison.differences([script]) == []


async def test_a_release_that_the_engine_has_lost_is_deployed_again(
    comparison: Comparison, real: Api, engine: Engine, script: str
) -> None:
    await engine.deployments.delete(await deployment_of(real, script), cascade=True)
    assert (await real.start(script)).status_code >= 400
    found = await only(comparison, script)
    assert (found.kind, await comparison.repair(found)) == (Difference.LOST, True)
    assert await comparison.differences([script]) == []
    assert (await real.start(script)).status_code == 201
    rows = await real.database.fetch_all(
        "SELECT type FROM journal WHERE data ->> 'script' = %s AND type LIKE 'release_%%' ORDER BY id", (script,)
    )
    assert [row["type"] for row in rows] == ["release_published", "release_lost", "release_brought_back"]


async def test_a_release_that_should_have_been_brought_back_is(comparison: Comparison, real: Api, script: str) -> None:
    await real.database.fetch_all(
        "UPDATE releases SET deployment_id = NULL, definition_id = NULL, retired_at = now() WHERE script = %s"
        " RETURNING 1",
        (script,),
    )
    found = {each.kind: each for each in await comparison.differences([script])}
    assert found.keys() == {Difference.NOT_DEPLOYED, Difference.LEFT_OVER}
    for each in found.values():
        assert await comparison.repair(each)
    assert await comparison.differences([script]) == []
    assert (await real.start(script)).status_code == 201


async def test_a_deployment_that_nobody_recorded_is_deleted(
    comparison: Comparison, engine: Engine, script: str
) -> None:
    made = await deploy_by_hand(engine, script)
    found = await only(comparison, script)
    assert (found.kind, found.deployment) == (Difference.LEFT_OVER, made)
    assert await comparison.repair(found)
    assert await comparison.differences([script]) == []


async def test_a_deployment_that_something_runs_on_stays(comparison: Comparison, engine: Engine, script: str) -> None:
    made = await deploy_by_hand(engine, script)
    definition = await engine.definitions.deployed(made, script)
    assert definition is not None
    await engine.processes.start(definition.id, business_key=secrets.token_hex(8), variables={})
    assert not await comparison.repair(await only(comparison, script))
    assert (await only(comparison, script)).deployment == made


async def test_a_publication_that_goes_on_is_left_alone(comparison: Comparison, engine: Engine, script: str) -> None:
    await deploy_by_hand(engine, script)
    patient = Comparison(comparison.engine, comparison.held, comparison.files, comparison.retirement)
    assert await patient.differences([script]) == []


async def test_a_rollout_of_nothing_is_for_a_person(comparison: Comparison, real: Api, script: str) -> None:
    rules = '[{"release": 7}]'
    await real.database.fetch_all("UPDATE rollouts SET rules = %s WHERE script = %s RETURNING 1", (rules, script))
    found = await only(comparison, script)
    assert (found.kind, found.repair_en, found.repair_ru) == (Difference.NO_RELEASE, None, None)
    assert not await comparison.repair(found)


@pytest.mark.parametrize(
    ("name", "release"),
    [
        (deployment_name("Скрипт · о счёте", "pay", 12), ("pay", 12)),
        ("Script Manager: undo", None),
        ("test/abc", None),
        ("", None),
    ],
)
def test_names_of_deployments_say_what_they_are_of(name: str, release: tuple[str, int] | None) -> None:
    assert release_of(name) == release
