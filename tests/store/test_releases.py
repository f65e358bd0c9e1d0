import asyncio
import dataclasses
import secrets
from typing import Any

import pytest

from store.database import Database
from store.releases import ReleaseContent, Releases


def _content(script: str, text: bytes) -> ReleaseContent:
    return ReleaseContent(script, "Сценарий", ["outcome", "amount"], {"script.bpmn": text}, digest=text)


async def test_the_same_content_is_the_same_release_even_at_once(database: Database) -> None:
    script = f"script_{secrets.token_hex(4)}"
    releases = Releases(database)
    made = await asyncio.gather(*(releases.reserve(_content(script, b"a"), author="test") for _ in range(5)))
    assert {release.number for release in made} == {1}


async def test_different_contents_get_consecutive_numbers_even_at_once(database: Database) -> None:
    script = f"script_{secrets.token_hex(4)}"
    releases = Releases(database)
    made = await asyncio.gather(
        *(releases.reserve(_content(script, bytes([number])), author="test") for number in range(5))
    )
    assert sorted(release.number for release in made) == [1, 2, 3, 4, 5]


async def test_the_first_release_is_rolled_out_and_the_second_is_not(database: Database) -> None:
    script = f"script_{secrets.token_hex(4)}"
    releases = Releases(database)
    first = await releases.reserve(_content(script, b"a"), author="test")
    assert await releases.published(first, "d1", f"{script}:1", "test")
    assert not await releases.published(first, "d1", f"{script}:1", "test")
    second = await releases.reserve(_content(script, b"b"), author="test")
    assert await releases.published(second, "d2", f"{script}:2", "test")
    assert [(found.key, found.release) for found in await releases.startable("main") if found.key == script] == [
        (script, 1)
    ]


@pytest.mark.parametrize(
    ("rules", "main", "north"),
    [
        ([{"release": 1}], 1, 1),
        ([{"release": 1}, {"release": 2, "tenant": "north"}], 1, 2),
        ([{"release": 1}, {"release": 2, "channel": "bot"}], 1, 1),
        ([{"release": 1}, {"release": 2, "tenant": "north", "channel": "bot"}], 1, 1),
        ([{"release": 2, "tenant": "north"}], None, 2),
        ([{"release": 2, "channel": "bot"}], 2, 2),
    ],
)
async def test_a_tenant_may_start_what_its_own_rule_says(
    database: Database, rules: list[dict[str, Any]], main: int | None, north: int
) -> None:
    script = f"script_{secrets.token_hex(4)}"
    releases = Releases(database)
    for content in (b"a", b"b"):
        release = await releases.reserve(_content(script, content), author="test")
        await releases.published(release, f"d{release.number}", f"{script}:{release.number}", "test")
    await releases.roll_out(script, rules, "test")
    for tenant, expected in (("main", main), ("north", north)):
        found = {found.key: found.release for found in await releases.startable(tenant)}
        assert found.get(script) == expected


async def test_a_script_that_may_be_started_is_called_what_its_release_says(database: Database) -> None:
    script = f"script_{secrets.token_hex(4)}"
    releases = Releases(database)
    content = dataclasses.replace(_content(script, b"a"), title_en="Script")
    release = await releases.reserve(content, author="test")
    await releases.published(release, "d1", f"{script}:1", "test")
    [found] = [found for found in await releases.startable("main") if found.key == script]
    assert (found.title, found.title_en) == ("Сценарий", "Script")


async def test_a_release_keeps_what_its_script_declares_as_outcome(database: Database) -> None:
    script = f"script_{secrets.token_hex(4)}"
    releases = Releases(database)
    await releases.reserve(_content(script, b"a"), author="test")
    assert await releases.result_variables(script, 1) == ["outcome", "amount"]
    assert await releases.result_variables(script, 9) == []


async def test_a_form_is_found_by_its_file_the_scripts_own_first(database: Database) -> None:
    files = {"calling/script.bpmn": b"x", "called/a.form": b"called", "calling/a.form": b"own", "called/b.form": b"b"}
    script = f"script_{secrets.token_hex(4)}"
    named = {name.replace("calling", script): content for name, content in files.items()}
    releases = Releases(database)
    release = await releases.reserve(ReleaseContent(script, script, [], named, secrets.token_bytes(32)), author="test")
    found = [await releases.form_file(script, release.number, name) for name in ("a.form", "b.form", "c.form")]
    assert found == [b"own", b"b", None]
