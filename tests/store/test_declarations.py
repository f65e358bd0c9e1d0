import asyncio
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from store.database import Database
from store.declarations import Declarations, Kind, Revision
from store.releases import ReleaseContent, Releases
from store.sessions import NewSession, Sessions
from store.uses import Use


def _revision(name: str, number: int = 1) -> Revision:
    document = {"name": name, "title": {"ru": "Баланс"}}
    return Revision(Kind.FUNCTION, name, number, f"digest-{number}", document, datetime.now(UTC), "key:author")


async def test_the_newest_revision_is_in_force_and_the_old_ones_stay(database: Database) -> None:
    name, declarations = f"test.{secrets.token_hex(4)}", Declarations(database)
    before = await declarations.state()
    assert await declarations.add(_revision(name))
    assert await declarations.add(_revision(name, 2))
    assert await declarations.state() > before
    assert [revision.number for revision in await declarations.in_force() if revision.name == name] == [2]
    assert [revision.number for revision in await declarations.revisions(Kind.FUNCTION, name)] == [2, 1]
    assert await declarations.revisions(Kind.SYSTEM, name) == []


async def test_of_two_authors_at_once_the_first_wins(database: Database) -> None:
    name, declarations = f"test.{secrets.token_hex(4)}", Declarations(database)
    added = await asyncio.gather(
        *(declarations.add(replace(_revision(name), created_by=f"author-{n}")) for n in range(4))
    )
    assert sorted(added) == [False, False, False, True]
    assert not await declarations.add(_revision(name, 3)), "a gap is a revision that nobody has seen"


async def test_uses_name_the_place_and_count_running_sessions(database: Database) -> None:
    script, function = f"script_{secrets.token_hex(4)}", f"test.{secrets.token_hex(4)}"
    releases = Releases(database)
    content = ReleaseContent(script, script, [], {"script.bpmn": b"x"}, b"d", {"ask": function, "other": "a.b"})
    release = await releases.reserve(content, author="test")
    await releases.published(release, "d", f"{script}:1", "test")
    for _ in range(2):
        new = NewSession(uuid4(), script, "main", "crm", None, None, None, None, {}, "c", "test")
        assert await Sessions(database).create(new)
    assert await Declarations(database).uses(function) == [
        Use(script, 1, "ask", function, digest=None, rolled_out=True, sessions=2)
    ]
