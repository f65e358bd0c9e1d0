"""What releases are made of, asked the other way round: which releases, and how many sessions, a change reaches."""

from collections.abc import Collection
from dataclasses import dataclass

from store.database import Database


@dataclass(frozen=True)
class Use:
    """A place in a release that the engine holds.

    Attributes:
        script: key of the script.
        release: its number.
        element: id of the task or field, behind the key of a called script; None where it is about a whole file.
        function: that is called there, None where it is about a file.
        digest: of the contract that was pinned there, None where none was.
        rolled_out: whether new sessions may get the release.
        sessions: how many run on it now.
    """

    script: str
    release: int
    element: str | None
    function: str | None
    digest: str | None
    rolled_out: bool
    sessions: int


_REACHED = """
    (SELECT count(*) FROM sessions WHERE sessions.script = releases.script AND sessions.release = number
        AND state IN ('starting', 'running')) AS sessions,
    EXISTS (SELECT FROM rollouts WHERE rollouts.script = releases.script
        AND jsonb_path_exists(rules, '$[*].**{0 to 1}.release ? (@ == $n)', jsonb_build_object('n', number))
    ) AS rolled_out
"""


class Uses:
    """Where things are used. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_functions(self, functions: Collection[str]) -> list[Use]:
        """Return where releases call functions, the newest release of a script first."""
        rows = await self._database.fetch_all(
            f"""
            SELECT releases.script, number AS release, element, function, uses.digest, {_REACHED}
            FROM release_functions AS uses
                JOIN releases ON releases.script = uses.script AND number = uses.release
            WHERE function = ANY(%s) AND definition_id IS NOT NULL
            ORDER BY releases.script, number DESC, element
            """,  # noqa: S608
            (list(functions),),
        )
        return [Use(**row) for row in rows]

    async def of_script(self, script: str) -> list[Use]:
        """Return the releases of other scripts that hold a script's files, the newest release of a script first."""
        return await self._of_files("starts_with(name, %(script)s || '/') AND releases.script <> %(script)s", script)

    async def of_file(self, script: str, name: str) -> list[Use]:
        """Return the releases of any script that hold a file of a script, the newest release of a script first."""
        return await self._of_files("name = %(script)s || '/' || %(name)s", script, name)

    async def _of_files(self, condition: str, script: str, name: str = "") -> list[Use]:
        rows = await self._database.fetch_all(
            f"""
            SELECT releases.script, number AS release, NULL AS element, NULL AS function, NULL AS digest, {_REACHED}
            FROM releases WHERE definition_id IS NOT NULL AND EXISTS (
                SELECT FROM release_files AS files
                WHERE files.script = releases.script AND files.number = releases.number AND {condition}
            ) ORDER BY releases.script, number DESC
            """,  # noqa: S608
            {"script": script, "name": name},
        )
        return [Use(**row) for row in rows]
