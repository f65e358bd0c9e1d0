"""A release that is retired at the moment at which a rollout switches to it."""

import asyncio
import secrets
from datetime import timedelta

import pytest

from store.database import Connection, Database
from store.errors import ReleaseRetired
from store.releases import ReleaseContent, Releases
from store.retirement import Retirement
from tests.eventually import eventually

LOCK = "SELECT 1 FROM releases WHERE script = %s AND number = 1 FOR NO KEY UPDATE"


@pytest.fixture
async def script(database: Database) -> str:
    """With two releases, of which the second is rolled out and the first was not used for long."""
    script, releases = f"script_{secrets.token_hex(4)}", Releases(database)
    for number in (1, 2):
        content = ReleaseContent(script, script, [], {"script.bpmn": b"%d" % number}, secrets.token_bytes(32))
        release = await releases.reserve(content, author="test")
        await releases.published(release, f"{script}-{number}", f"{script}:{number}", "test")
    await releases.roll_out(script, [{"release": 2}], "test")
    await database.fetch_one("UPDATE releases SET used_at = now() - interval '1 year' WHERE script = %s", (script,))
    return script


async def until_it_waits(database: Database, connection: Connection) -> None:
    """Until another connection waits for what this one has locked."""

    async def waits() -> bool:
        row = await database.fetch_one(
            "SELECT count(*) AS waiting FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))",
            (connection.info.backend_pid,),
        )
        return row is not None and row["waiting"] == 1

    await eventually(waits)


async def test_a_switch_that_comes_late_is_refused(database: Database, script: str) -> None:
    async with database.transaction() as connection:
        await connection.execute(LOCK, (script,))
        switching = asyncio.create_task(Releases(database).roll_out(script, [{"release": 1}], "test"))
        await until_it_waits(database, connection)
        await connection.execute(
            "UPDATE releases SET definition_id = NULL, deployment_id = NULL, retired_at = now()"
            " WHERE script = %s AND number = 1",
            (script,),
        )
    with pytest.raises(ReleaseRetired):
        await switching
    row = await database.fetch_one("SELECT rules FROM rollouts WHERE script = %s", (script,))
    assert row == {"rules": [{"release": 2}]}


async def test_a_release_that_a_switch_takes_at_the_moment_stays(database: Database, script: str) -> None:
    async with database.transaction() as connection:
        await connection.execute("UPDATE rollouts SET rules = '[{\"release\": 1}]' WHERE script = %s", (script,))
        retiring = asyncio.create_task(Retirement(database).retire(timedelta(days=1), "test"))
        await until_it_waits(database, connection)
    await retiring
    row = await database.fetch_one("SELECT definition_id FROM releases WHERE script = %s AND number = 1", (script,))
    assert row == {"definition_id": f"{script}:1"}
