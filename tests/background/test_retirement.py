"""Releases that nothing uses, on a real engine."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from background.retirement import retire_unused
from background.work import Work
from engine import NotFound
from functions.catalogue import Catalogue
from player_api.releases.bring_back import bring_back
from player_api.releases.close import close
from player_api.releases.publish import Published, publish
from store.errors import ReleaseRetired
from store.journal import Event, EventType
from store.release_files import ReleaseFiles, ReleaseInfo
from store.releases import ReleaseContent, Releases
from store.retirement import Retirement
from store.sessions import NewSession, SessionState, StoredSession

ASKING = Path(__file__).with_name("asking.bpmn").read_text(encoding="utf-8")


class Ground:
    """A script of a test's own, with as many releases as it wants."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.script = f"retiring_{secrets.token_hex(4)}"
        self.releases = Releases(work.database)
        self.files = ReleaseFiles(work.database)

    def content(self, number: int) -> ReleaseContent:
        text = ASKING.replace("background_asking", self.script).replace("<userTask", f"<!-- {number} --><userTask", 1)
        return close(self.script, {"script.bpmn": text.encode()}, Catalogue())

    async def publish(self, number: int) -> Published:
        return await publish(self.work.engine, self.releases, self.content(number), "test")

    async def release(self, number: int) -> ReleaseInfo:
        found = await self.files.release(self.script, number)
        assert found is not None
        return found

    async def let_time_pass(self, days: int) -> None:
        await self.work.database.fetch_one(
            "UPDATE releases SET used_at = now() - %s WHERE script = %s", (timedelta(days=days), self.script)
        )

    async def start(self) -> StoredSession:
        new = NewSession(uuid4(), self.script, "main", "crm", None, None, None, None, {}, "c", "test")
        session = await self.work.sessions.create(new)
        assert session is not None
        await self.work.engine.processes.start(session.definition_id, business_key=str(session.id), variables={})
        await self.work.sessions.mark_running(session.id)
        return session


@pytest.fixture
async def ground(work: Work) -> AsyncIterator[Ground]:
    made = Ground(replace(work, releases_kept=timedelta(days=10)))
    yield made
    deployed = await work.database.fetch_all("SELECT deployment_id FROM releases WHERE script = %s", (made.script,))
    for row in deployed:
        if row["deployment_id"]:
            await work.engine.deployments.delete(row["deployment_id"], cascade=True)


async def test_a_release_that_nothing_uses_leaves_the_engine_and_not_the_store(ground: Ground) -> None:
    await ground.publish(1)
    await ground.publish(2)
    await ground.releases.roll_out(ground.script, [{"release": 2}], "test")
    definition = (await ground.release(1)).definition_id
    assert definition is not None
    await retire_unused(ground.work)
    assert (await ground.release(1)).definition_id == definition
    await ground.let_time_pass(days=11)
    assert await retire_unused(ground.work) >= 1
    first, second = await ground.release(1), await ground.release(2)
    assert (first.definition_id, first.retired_at is None) == (None, False)
    assert second.definition_id is not None
    with pytest.raises(NotFound):
        await ground.work.engine.definitions.find(definition)
    assert await ground.files.closed(ground.script, 1) == ground.content(1).files
    assert [one for one in await Retirement(ground.work.database).leaving() if one.script == ground.script] == []


async def test_a_release_with_a_session_stays_until_that_has_ended(ground: Ground) -> None:
    await ground.publish(1)
    session = await ground.start()
    await ground.publish(2)
    await ground.releases.roll_out(ground.script, [{"release": 2}], "test")
    await ground.let_time_pass(days=11)
    await retire_unused(ground.work)
    assert (await ground.release(1)).definition_id == session.definition_id
    event = Event(EventType.SESSION_CANCELLED, tenant="main", session=session.id)
    await ground.work.sessions.finish(session.id, SessionState.CANCELLED, None, event)
    # The store knows that it has ended, the engine doesn't: what runs is not taken away.
    await retire_unused(ground.work)
    assert (await ground.release(1)).definition_id is None
    assert (await ground.work.engine.definitions.find(session.definition_id)).id == session.definition_id
    [instance] = await ground.work.engine.processes.find(str(session.id))
    await ground.work.engine.processes.delete(instance.id)
    await retire_unused(ground.work)
    with pytest.raises(NotFound):
        await ground.work.engine.definitions.find(session.definition_id)
    assert len(await ground.work.engine.history.instances(str(session.id))) == 1


@pytest.mark.parametrize("rule", [{"release": 1}, {"release": 2, "canary": {"release": 1, "percent": 5}}])
async def test_what_a_rollout_names_stays(ground: Ground, rule: dict[str, object]) -> None:
    await ground.publish(1)
    await ground.publish(2)
    await ground.releases.roll_out(ground.script, [rule], "test")
    await ground.let_time_pass(days=11)
    await retire_unused(ground.work)
    assert (await ground.release(1)).definition_id is not None


async def test_a_rollout_that_has_just_ceased_counts_as_a_use(ground: Ground) -> None:
    await ground.publish(1)
    await ground.publish(2)
    await ground.let_time_pass(days=11)
    await ground.releases.roll_out(ground.script, [{"release": 2}], "test")
    await retire_unused(ground.work)
    assert (await ground.release(1)).definition_id is not None


async def test_a_retired_release_is_brought_back_before_a_rollout_may_name_it(ground: Ground) -> None:
    await ground.publish(1)
    await ground.publish(2)
    await ground.releases.roll_out(ground.script, [{"release": 2}], "test")
    await ground.let_time_pass(days=11)
    await retire_unused(ground.work)
    with pytest.raises(ReleaseRetired):
        await ground.releases.roll_out(ground.script, [{"release": 1}], "test")
    assert (await ground.start()).release == 2
    retirement = Retirement(ground.work.database)
    for expected in (True, False):
        done = await bring_back(ground.work.engine, ground.files, retirement, (ground.script, 1), "test")
        assert done is expected
    await ground.releases.roll_out(ground.script, [{"release": 1}], "test")
    session = await ground.start()
    assert (session.release, session.definition_id) == (1, (await ground.release(1)).definition_id)
    diagram = await ground.work.engine.definitions.xml(session.definition_id)
    assert f'versionTag="{ground.script}/1"' in diagram


async def test_the_same_content_published_again_brings_its_release_back(ground: Ground) -> None:
    await ground.publish(1)
    await ground.publish(2)
    await ground.releases.roll_out(ground.script, [{"release": 2}], "test")
    await ground.let_time_pass(days=11)
    await retire_unused(ground.work)
    assert await ground.publish(1) == Published(ground.script, 1, is_new=False)
    assert (await ground.release(1)).retired_at is None


async def test_a_kill_between_store_and_engine_is_made_up_for(ground: Ground) -> None:
    await ground.publish(1)
    await ground.publish(2)
    await ground.releases.roll_out(ground.script, [{"release": 2}], "test")
    definition = (await ground.release(1)).definition_id
    assert definition is not None
    await ground.let_time_pass(days=11)
    retirement = Retirement(ground.work.database)
    await retirement.retire(timedelta(days=10), "killed")
    assert (await ground.work.engine.definitions.find(definition)).id == definition
    await retire_unused(ground.work)
    with pytest.raises(NotFound):
        await ground.work.engine.definitions.find(definition)
