"""Releases, their files, and the rollouts that say which release a new session gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from psycopg.types.json import Jsonb

from store.database import Connection, Database
from store.journal import Event, EventType, write
from store.release_files import keep_sources
from store.rollouts import Rules, Switch, remember


@dataclass(frozen=True)
class Release:
    """An immutable, numbered, closed set of files; ``definition_id`` is None until the engine holds it."""

    script: str
    number: int
    title: str
    deployment_id: str | None
    definition_id: str | None
    retired_at: datetime | None = None
    """Since when the engine no longer holds it."""


@dataclass(frozen=True)
class Script:
    """A script that a caller may start, and the release that a new session would get."""

    key: str
    title: str
    title_en: str | None
    release: int


@dataclass(frozen=True)
class Prefetch:
    """A service task that may follow a user task at once.

    Attributes:
        step: id of the user task.
        element: id of the service task.
        pin: what the release keeps of the function.
        inputs: the variable that each input is read from.
        repeats: the step may come after the service task, and lead there again.
    """

    step: str
    element: str
    function: str
    pin: str
    inputs: Mapping[str, str]
    repeats: bool


@dataclass(frozen=True)
class ReleaseContent:
    """What a release is made of; ``digest`` is over all of it."""

    script: str
    title: str
    result: Sequence[str]
    """Names of the variables that are the script's outcome."""
    files: Mapping[str, bytes]
    digest: bytes
    functions: Mapping[str, str] = field(default_factory=dict)
    """The functions that its service tasks call, by element id."""
    prefetches: Sequence[Prefetch] = ()
    idle_limits: Mapping[str, float] = field(default_factory=dict)
    """Seconds that nobody may write in a session, by channel; for every other channel under an empty name."""
    message_starts: Mapping[str, str | None] = field(default_factory=dict)
    """The messages that it starts with, and at which element; None where there is no other start."""
    title_en: str | None = None
    """What the script is called in English."""
    sources: Mapping[str, bytes] = field(default_factory=dict)
    """The files as the author made them, by name; ``digest`` is not over them."""
    pins: Mapping[str, str] = field(default_factory=dict)
    """The digests of the contracts that were pinned, by the ids of those elements that call functions."""


class Releases:
    """All releases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(self, content: ReleaseContent, *, author: str) -> Release:
        """Give this content a number, once: the same digest gets the same release again.

        Raises:
            StoreUnavailable: the database cannot be reached; nothing is reserved.
        """
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", (content.script,))
            cursor = await connection.execute(
                """
                INSERT INTO releases (script, number, digest, title, title_en, result, idle_limits, created_by)
                SELECT %(script)s, coalesce(max(number), 0) + 1, %(digest)s, %(title)s, %(title_en)s, %(result)s,
                    %(idle_limits)s, %(author)s
                FROM releases WHERE script = %(script)s
                ON CONFLICT (script, digest) DO NOTHING RETURNING number
                """,
                {
                    "script": content.script,
                    "digest": content.digest,
                    "title": content.title,
                    "title_en": content.title_en,
                    "result": list(content.result),
                    "idle_limits": Jsonb(content.idle_limits),
                    "author": author,
                },
            )
            if created := await cursor.fetchone():
                await connection.cursor().executemany(
                    "INSERT INTO release_files (script, number, name, content) VALUES (%s, %s, %s, %s)",
                    [(content.script, created["number"], name, file) for name, file in content.files.items()],
                )
                await connection.cursor().executemany(
                    "INSERT INTO release_functions (script, release, element, function, digest)"
                    " VALUES (%s, %s, %s, %s, %s)",
                    [
                        (content.script, created["number"], element, function, content.pins.get(element))
                        for element, function in content.functions.items()
                    ],
                )
                await _keep_prefetches(connection, content, created["number"])
                await connection.cursor().executemany(
                    "INSERT INTO release_messages (message, script, release, element) VALUES (%s, %s, %s, %s)",
                    [
                        (message, content.script, created["number"], element)
                        for message, element in content.message_starts.items()
                    ],
                )
            cursor = await connection.execute(
                "SELECT script, number, title, deployment_id, definition_id, retired_at FROM releases"
                " WHERE script = %s AND digest = %s",
                (content.script, content.digest),
            )
            row = await cursor.fetchone()
            assert row is not None, "inserted or found above"  # noqa: S101
            await keep_sources(connection, content.script, row["number"], content.sources)
            return Release(**row)

    async def published(
        self, release: Release, deployment_id: str, definition_id: str, author: str, *, begins: bool = True
    ) -> bool:
        """Record that the engine holds a release.

        Args:
            release: which.
            deployment_id: the engine's.
            definition_id: of the script's process there.
            author: who publishes, for the journal.
            begins: whether it is rolled out to everyone where nothing of the script ever was.

        Returns:
            Whether this was new: False where another process has recorded it.
        """
        data = {"script": release.script, "release": release.number}
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "UPDATE releases SET deployment_id = %s, definition_id = %s, retired_at = NULL, used_at = now()"
                " WHERE script = %s AND number = %s AND definition_id IS NULL",
                (deployment_id, definition_id, release.script, release.number),
            )
            if not cursor.rowcount:
                return False
            await write(connection, Event(EventType.RELEASE_PUBLISHED, actor=author, data=data))
            if not begins:
                return True
            rules = [{"release": release.number}]
            cursor = await connection.execute(
                "INSERT INTO rollouts (script, rules, changed_by) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
                " RETURNING script, version, rules, changed_at, changed_by",
                (release.script, Jsonb(rules), author),
            )
            if first := await cursor.fetchone():
                await remember(connection, first, Switch(release.script, rules, author))
            return True

    async def form_file(self, script: str, number: int, name: str) -> bytes | None:
        """Return a form of a release by its file's name: the script's own, or else that of a script that it calls."""
        row = await self._database.fetch_one(
            "SELECT content FROM release_files WHERE script = %(script)s AND number = %(number)s"
            " AND split_part(name, '/', -1) = %(name)s"
            " ORDER BY name = %(script)s || '/' || %(name)s DESC, name LIMIT 1",
            {"script": script, "number": number, "name": name},
        )
        return bytes(row["content"]) if row else None

    async def prefetches(self, script: str, number: int) -> list[Prefetch]:
        """Return what may be asked before a task of a release wants it."""
        rows = await self._database.fetch_all(
            "SELECT step, element, function, pin, inputs, repeats FROM release_prefetches"
            " WHERE script = %s AND release = %s ORDER BY step, element",
            (script, number),
        )
        return [Prefetch(**row) for row in rows]

    async def result_variables(self, script: str, number: int) -> list[str]:
        """Return the names of the variables that a release declares as its outcome."""
        row = await self._database.fetch_one(
            "SELECT result FROM releases WHERE script = %s AND number = %s", (script, number)
        )
        return list(row["result"]) if row else []

    async def roll_out(self, script: str, rules: Rules, author: str) -> None:
        """Replace the rules that say which release a new session of a script gets, whatever they were.

        Raises:
            StoreUnavailable: the database cannot be reached; nothing is changed.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "INSERT INTO rollouts (script, rules, changed_by) VALUES (%s, %s, %s) ON CONFLICT (script) DO UPDATE"
                " SET rules = excluded.rules, changed_by = excluded.changed_by, changed_at = now(),"
                " version = rollouts.version + 1 RETURNING script, version, rules, changed_at, changed_by",
                (script, Jsonb(list(rules)), author),
            )
            row = await cursor.fetchone()
            assert row is not None, "inserted or updated above"  # noqa: S101
            await remember(connection, row, Switch(script, rules, author))

    async def startable(self, tenant: str) -> list[Script]:
        """Return the scripts with a rollout that covers some channel of this tenant, by key.

        Each with the release of most of the tenant's sessions: of its own rule and of the one for all channels.
        """
        rows = await self._database.fetch_all(
            """
            SELECT DISTINCT ON (rollouts.script) rollouts.script AS key, releases.title, releases.title_en, rule.release
            FROM rollouts, jsonb_to_recordset(rollouts.rules)
                    AS rule (tenant text, channel text, team text, release integer)
                JOIN releases ON releases.number = rule.release
            WHERE releases.script = rollouts.script AND coalesce(rule.tenant = %s, true)
            ORDER BY rollouts.script, num_nonnulls(rule.channel, rule.team), rule.tenant NULLS LAST
            """,
            (tenant,),
        )
        return [Script(**row) for row in rows]


async def _keep_prefetches(connection: Connection, content: ReleaseContent, release: int) -> None:
    rows = [
        {**vars(item), "script": content.script, "release": release, "inputs": Jsonb(item.inputs)}
        for item in content.prefetches
    ]
    await connection.cursor().executemany(
        "INSERT INTO release_prefetches (script, release, step, element, function, pin, inputs, repeats)"
        " VALUES (%(script)s, %(release)s, %(step)s, %(element)s, %(function)s, %(pin)s, %(inputs)s, %(repeats)s)",
        rows,
    )
