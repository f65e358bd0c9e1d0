"""Canaries: who gets which release, the same one each time."""

import secrets
from typing import Any

import pytest

from store.database import Database
from store.rollouts import Rollouts, Switch
from store.sessions import Sessions
from tests.store.test_sessions import _new, _publish


@pytest.fixture
async def script(database: Database) -> str:
    key = f"script_{secrets.token_hex(4)}"
    await _publish(database, key, numbers=2)
    return key


async def roll_out(database: Database, script: str, **canary: Any) -> None:
    rules = [{"release": 1, "canary": {"release": 2, "since": "2026-01-01T00:00:00+00:00", **canary}}]
    rollouts = Rollouts(database)
    now = await rollouts.read(script)
    assert now is not None
    assert await rollouts.switch(Switch(script, rules, "test"), now.version) is not None


async def start(database: Database, script: str, **different: Any) -> int:
    session = await Sessions(database).create(_new(script, **different))
    assert session is not None
    return session.release


@pytest.mark.parametrize(("percent", "least", "most"), [(0, 0, 0), (100, 60, 60), (50, 12, 48), (None, 0, 0)])
async def test_a_share_of_the_operators_gets_the_canary_each_always_the_same(
    database: Database, script: str, percent: int | None, least: int, most: int
) -> None:
    await roll_out(database, script, **({} if percent is None else {"percent": percent}))
    names = [f"operator:{number}" for number in range(60)]
    first = [await start(database, script, created_by=name) for name in names]
    again = [await start(database, script, created_by=name) for name in names]
    assert first == again
    assert least <= first.count(2) <= most


async def test_where_no_person_works_the_sessions_are_drawn(database: Database, script: str) -> None:
    await roll_out(database, script, percent=50)
    drawn = {await start(database, script, created_by="key:bot") for _ in range(40)}
    assert drawn == {1, 2}


async def test_a_team_gets_the_canary_whole(database: Database, script: str) -> None:
    await roll_out(database, script, percent=0, teams=["pilot"])
    assert [await start(database, script, team=team) for team in ("pilot", "other", None)] == [2, 1, 1]


async def test_sessions_know_which_part_they_are(database: Database, script: str) -> None:
    before = _new(script)
    await Sessions(database).create(before)
    await roll_out(database, script, percent=0, teams=["pilot"])
    canary, control = _new(script, team="pilot"), _new(script)
    for session in (canary, control):
        await Sessions(database).create(session)
    rows = await database.fetch_all("SELECT id, arm FROM sessions WHERE script = %s", (script,))
    assert {row["id"]: row["arm"] for row in rows} == {before.id: None, canary.id: "canary", control.id: "control"}


async def test_of_two_who_switch_at_the_same_version_one_does(database: Database, script: str) -> None:
    rollouts = Rollouts(database)
    switches = [Switch(script, [{"release": number}], f"key:{number}") for number in (1, 2)]
    done = [await rollouts.switch(switch, 1) for switch in switches]
    assert [one is not None for one in done] == [True, False]
    now = await rollouts.read(script)
    assert now is not None
    assert (now.version, now.changed_by) == (2, "key:1")
    assert [one.version for one in await rollouts.history(script, 10)] == [2, 1]
