"""Which releases the engine should hold, as the store has it."""

from dataclasses import dataclass

from store.database import Database
from store.journal import Event, EventType, write


@dataclass(frozen=True)
class HeldRelease:
    """A release, or a number that a rollout names and no release has.

    Attributes:
        script: key of the script.
        number: of the release.
        exists: whether there is such a release.
        deployment_id: the engine's, None where it should not hold it.
        definition_id: of its process there.
        sessions: how many run on it.
        rolled_out: whether new sessions may get it.
    """

    script: str
    number: int
    exists: bool
    deployment_id: str | None
    definition_id: str | None
    sessions: int
    rolled_out: bool


class HeldReleases:
    """What should be true of the engine. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[HeldRelease]:
        """Return the releases that the engine should hold, and all that a rollout names."""
        rows = await self._database.fetch_all(
            """
            WITH rolled_out AS (
                SELECT DISTINCT script, release::integer AS number
                FROM rollouts, jsonb_path_query(rules, '$[*].**{0 to 1}.release') AS release
            )
            SELECT script, number, releases.digest IS NOT NULL AS exists, deployment_id, definition_id,
                (SELECT count(*) FROM sessions WHERE sessions.script = named.script AND sessions.release = named.number
                    AND state IN ('starting', 'running')) AS sessions,
                EXISTS (SELECT FROM rolled_out WHERE (script, number) = (named.script, named.number)) AS rolled_out
            FROM (
                SELECT script, number FROM rolled_out
                UNION SELECT script, number FROM releases WHERE deployment_id IS NOT NULL
            ) AS named LEFT JOIN releases USING (script, number)
            ORDER BY script, number
            """
        )
        return [HeldRelease(**row) for row in rows]

    async def deployments(self) -> set[str]:
        """Return the deployments that the store knows of: those of releases, and those that are to be deleted."""
        rows = await self._database.fetch_all(
            "SELECT deployment_id FROM releases WHERE deployment_id IS NOT NULL"
            " UNION SELECT deployment_id FROM leaving_deployments"
        )
        return {row["deployment_id"] for row in rows}

    async def lost(self, release: HeldRelease, actor: str) -> bool:
        """Record that the engine does not hold a release that it should hold.

        Returns:
            False where another process has deployed it since; nothing is changed then.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "UPDATE releases SET deployment_id = NULL, definition_id = NULL, retired_at = now()"
                " WHERE script = %s AND number = %s AND deployment_id = %s",
                (release.script, release.number, release.deployment_id),
            )
            if not cursor.rowcount:
                return False
            data = {"script": release.script, "release": release.number, "deployment": release.deployment_id}
            await write(connection, Event(EventType.RELEASE_LOST, actor=actor, data=data))
            return True
