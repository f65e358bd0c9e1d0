"""Drafts: the files of scripts as their authors change them, with everything that they once were.

A draft is its changes: what a file is at a version is what its last change up to that version says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store.authored_scripts import AuthoredScript, authored_scripts
from store.contents import keep_contents
from store.database import Connection, Database
from store.journal import Event, EventType, write


@dataclass(frozen=True)
class DraftFile:
    """A file of a draft without its content; ``size`` is in bytes, ``digest`` SHA-256."""

    name: str
    size: int
    digest: bytes
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True)
class DraftOutline:
    """A draft without contents.

    Attributes:
        script: key of the script.
        version: rises by one with every change.
        based_on: the release that it was made from, None where it was made from none.
        changed_at: when it was last changed.
        changed_by: by whom.
        files: by name.
    """

    script: str
    version: int
    based_on: int | None
    changed_at: datetime
    changed_by: str
    files: tuple[DraftFile, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A draft at a version; ``files`` are contents by name."""

    script: str
    version: int
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class DraftChange:
    """What a version changed; ``file`` is None where it began an empty draft."""

    version: int
    at: datetime
    by: str
    file: str | None
    is_deleted: bool


@dataclass(frozen=True)
class Titles:
    """What a script is called by the files of its draft."""

    title: str | None = None
    title_en: str | None = None


@dataclass(frozen=True)
class NewVersion:
    """A version of a draft to be.

    Attributes:
        script: key of the script.
        files: new contents by name; None deletes a file.
        author: who makes it.
        correlation_id: of the request that makes it.
        titles: what the script is called now; None where that is as it was.
        based_on: the release that the files come from; None where that is as it was.
    """

    script: str
    files: Mapping[str, bytes | None]
    author: str
    correlation_id: str | None = None
    titles: Titles | None = None
    based_on: int | None = None


_AT = """
    SELECT DISTINCT ON (changes.name) changes.name, changes.digest, versions.at AS changed_at, versions.by AS changed_by
    FROM draft_changes AS changes JOIN draft_versions AS versions USING (script, version)
    WHERE changes.script = %(script)s AND changes.version <= %(version)s
    ORDER BY changes.name, changes.version DESC
"""
"""The last change of each file up to a version."""


class Drafts:
    """All drafts. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, script: str) -> Draft | None:
        """Return a draft with its files, None where the script has none."""
        head = await self._database.fetch_one(
            "SELECT version FROM drafts WHERE script = %s AND deleted_at IS NULL", (script,)
        )
        if head is None:
            return None
        rows = await self._database.fetch_all(
            f"SELECT name, content FROM ({_AT}) AS files JOIN file_contents USING (digest) ORDER BY name",  # noqa: S608
            {"script": script, "version": head["version"]},
        )
        return Draft(script, head["version"], {row["name"]: bytes(row["content"]) for row in rows})

    async def outline(self, script: str) -> DraftOutline | None:
        """Return what there is of a draft without contents, None where the script has none."""
        async with self._database.transaction() as connection:
            return await _outline(connection, script)

    async def scripts(self) -> list[AuthoredScript]:
        """Return all scripts that have a draft or a release, by key."""
        return await authored_scripts(self._database)

    async def file(self, script: str, name: str, version: int | None = None) -> bytes | None:
        """Return a file as it is, or as it was at a version; None where it is not there."""
        row = await self._database.fetch_one(
            f"SELECT content FROM ({_AT}) AS files JOIN file_contents USING (digest) WHERE name = %(name)s",  # noqa: S608
            {"script": script, "name": name, "version": _LAST if version is None else version},
        )
        return bytes(row["content"]) if row else None

    async def history(self, script: str, *, before: int | None = None, limit: int) -> list[DraftChange]:
        """Return what was changed, the newest first; also of a draft that was deleted.

        Args:
            script: key of the script.
            before: only versions before this one; None for all.
            limit: of versions.
        """
        rows = await self._database.fetch_all(
            """
            SELECT version, at, by, name AS file, name IS NOT NULL AND digest IS NULL AS is_deleted
            FROM (
                    SELECT * FROM draft_versions WHERE script = %s AND version < %s ORDER BY version DESC LIMIT %s
                ) AS versions LEFT JOIN draft_changes USING (script, version)
            ORDER BY version DESC, name
            """,
            (script, _LAST if before is None else before, limit),
        )
        return [DraftChange(**row) for row in rows]

    async def create(self, new: NewVersion) -> DraftOutline | None:
        """Begin a draft at version 1, or at the next version of one that was deleted.

        Returns:
            The draft, or None where the script has one; nothing is changed then.
        """
        titles = new.titles or Titles()
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                """
                INSERT INTO drafts AS known (script, version, based_on, title, title_en, changed_by)
                    VALUES (%s, 1, %s, %s, %s, %s)
                ON CONFLICT (script) DO UPDATE SET version = known.version + 1, based_on = EXCLUDED.based_on,
                    title = EXCLUDED.title, title_en = EXCLUDED.title_en, changed_by = EXCLUDED.changed_by,
                    changed_at = clock_timestamp(), deleted_at = NULL
                    WHERE known.deleted_at IS NOT NULL
                RETURNING version
                """,
                (new.script, new.based_on, titles.title, titles.title_en, new.author),
            )
            begun = await cursor.fetchone()
            if begun is None:
                return None
            await _add(connection, begun["version"], new)
            return await _outline(connection, new.script)

    async def delete(self, version: int, new: NewVersion) -> bool:
        """Delete a draft: make the version that follows ``version``, without files; its history stays.

        Args:
            version: that the author has seen.
            new: deletes all its files.

        Returns:
            False where it was not at that version; nothing is changed then.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "UPDATE drafts SET version = version + 1, changed_at = clock_timestamp(), changed_by = %s,"
                " deleted_at = clock_timestamp() WHERE script = %s AND version = %s AND deleted_at IS NULL",
                (new.author, new.script, version),
            )
            if not cursor.rowcount:
                return False
            await _add(connection, version + 1, new)
            return True

    async def change(self, version: int, new: NewVersion) -> DraftOutline | None:
        """Make the version that follows ``version``.

        Returns:
            The draft at that version, or None where it was not at ``version``; nothing is changed then.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                """
                UPDATE drafts SET version = version + 1, changed_at = clock_timestamp(), changed_by = %(author)s,
                    based_on = coalesce(%(based_on)s, based_on),
                    title = CASE WHEN %(is_titled)s THEN %(title)s ELSE title END,
                    title_en = CASE WHEN %(is_titled)s THEN %(title_en)s ELSE title_en END
                WHERE script = %(script)s AND version = %(version)s AND deleted_at IS NULL
                """,
                {
                    **vars(new.titles or Titles()),
                    "is_titled": new.titles is not None,
                    "script": new.script,
                    "version": version,
                    "based_on": new.based_on,
                    "author": new.author,
                },
            )
            if not cursor.rowcount:
                return None
            await _add(connection, version + 1, new)
            return await _outline(connection, new.script)


_LAST = 2**31 - 1


async def _outline(connection: Connection, script: str) -> DraftOutline | None:
    cursor = await connection.execute(
        "SELECT script, version, based_on, changed_at, changed_by FROM drafts WHERE script = %s AND deleted_at IS NULL",
        (script,),
    )
    head = await cursor.fetchone()
    if head is None:
        return None
    cursor = await connection.execute(
        f"SELECT name, octet_length(content) AS size, digest, changed_at, changed_by FROM ({_AT}) AS files"  # noqa: S608
        " JOIN file_contents USING (digest) ORDER BY name".encode(),
        {"script": script, "version": head["version"]},
    )
    rows = await cursor.fetchall()
    return DraftOutline(**head, files=tuple(DraftFile(**{**row, "digest": bytes(row["digest"])}) for row in rows))


async def _add(connection: Connection, version: int, new: NewVersion) -> None:
    await connection.execute(
        "INSERT INTO draft_versions (script, version, by) VALUES (%s, %s, %s)", (new.script, version, new.author)
    )
    digests = await keep_contents(connection, {name: file for name, file in new.files.items() if file is not None})
    await connection.cursor().executemany(
        "INSERT INTO draft_changes (script, name, version, digest) VALUES (%s, %s, %s, %s)",
        [(new.script, name, version, digests.get(name)) for name in sorted(new.files)],
    )
    deleted = sorted(name for name, file in new.files.items() if file is None)
    data = {"script": new.script, "version": version, "written": sorted(digests), "deleted": deleted}
    event = Event(EventType.DRAFT_CHANGED, actor=new.author, correlation_id=new.correlation_id, data=data)
    await write(connection, event)
