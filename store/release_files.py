"""What releases are made of, to be shown and exported: the closed files, and those that their authors made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store.contents import keep_contents
from store.database import Connection, Database


@dataclass(frozen=True)
class ReleaseInfo:
    """A release.

    Attributes:
        script: key of the script.
        number: counts from 1.
        title: what the script is called by it.
        title_en: in English.
        digest: over its closed files.
        created_at: when it was made.
        created_by: by whom.
        definition_id: of its process in the engine, None where the engine doesn't hold it.
        retired_at: since when it doesn't any more.
        sessions: how many run on it now.
        rolled_out: whether new sessions may get it.
    """

    script: str
    number: int
    title: str
    title_en: str | None
    digest: bytes
    created_at: datetime
    created_by: str
    definition_id: str | None
    retired_at: datetime | None
    sessions: int
    rolled_out: bool


_INFO = """
    SELECT script, number, title, title_en, digest, created_at, created_by, definition_id, retired_at,
        (SELECT count(*) FROM sessions WHERE sessions.script = releases.script AND release = number
            AND state IN ('starting', 'running')) AS sessions,
        EXISTS (SELECT FROM rollouts WHERE rollouts.script = releases.script
            AND jsonb_path_exists(rules, '$[*].**{0 to 1}.release ? (@ == $n)', jsonb_build_object('n', number))
        ) AS rolled_out
    FROM releases
"""


class ReleaseFiles:
    """The files of all releases. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def releases(self, script: str) -> list[ReleaseInfo]:
        """Return the releases of a script, the newest first."""
        rows = await self._database.fetch_all(f"{_INFO} WHERE script = %s ORDER BY number DESC", (script,))
        return [ReleaseInfo(**{**row, "digest": bytes(row["digest"])}) for row in rows]

    async def release(self, script: str, number: int) -> ReleaseInfo | None:
        """Return one release."""
        row = await self._database.fetch_one(f"{_INFO} WHERE script = %s AND number = %s", (script, number))
        return ReleaseInfo(**{**row, "digest": bytes(row["digest"])}) if row else None

    async def closed(self, script: str, number: int) -> Mapping[str, bytes]:
        """Return the files of a release as they were closed, by name; what its digest is over."""
        rows = await self._database.fetch_all(
            "SELECT name, content FROM release_files WHERE script = %s AND number = %s ORDER BY name", (script, number)
        )
        return {row["name"]: bytes(row["content"]) for row in rows}

    async def sources(self, script: str, number: int) -> Mapping[str, bytes]:
        """Return the files of a release as its author made them, by name.

        Of a release that was made before they were kept, those that were closed from the script's own.
        """
        rows = await self._database.fetch_all(
            "SELECT name, content FROM release_sources JOIN file_contents USING (digest)"
            " WHERE script = %s AND number = %s ORDER BY name",
            (script, number),
        )
        if rows:
            return {row["name"]: bytes(row["content"]) for row in rows}
        closed = await self.closed(script, number)
        return {name.removeprefix(f"{script}/"): file for name, file in closed.items() if name.startswith(f"{script}/")}

    async def latest_sources(self, script: str) -> Mapping[str, bytes] | None:
        """Return the author's files of the newest release that the engine was given; None where there is none."""
        row = await self._database.fetch_one(
            "SELECT max(number) AS number FROM releases WHERE script = %s "
            " AND (definition_id IS NOT NULL OR retired_at IS NOT NULL)",
            (script,),
        )
        return await self.sources(script, row["number"]) if row and row["number"] else None


async def keep_sources(connection: Connection, script: str, number: int, sources: Mapping[str, bytes]) -> None:
    """Keep the author's files of a release, where it has none yet; in the transaction that makes it."""
    cursor = await connection.execute(
        "SELECT 1 FROM release_sources WHERE script = %s AND number = %s LIMIT 1", (script, number)
    )
    if await cursor.fetchone() is not None:
        return
    digests = await keep_contents(connection, sources)
    await connection.cursor().executemany(
        "INSERT INTO release_sources (script, number, name, digest) VALUES (%s, %s, %s, %s)",
        [(script, number, name, digest) for name, digest in digests.items()],
    )
