"""Releases that leave the engine, and come back to it. The store keeps them in any case.

A release is taken out of use in one transaction, and then deleted from the engine; a kill between the two leaves its
deployment on a list that the next run works off.
"""

from dataclasses import dataclass
from datetime import timedelta

from store.database import Database
from store.journal import Event, EventType, write


@dataclass(frozen=True)
class LeavingDeployment:
    """A deployment of a retired release that the engine may still hold."""

    deployment_id: str
    script: str
    release: int


_UNUSED = """
    definition_id IS NOT NULL AND used_at < now() - %(kept)s
    AND NOT EXISTS (SELECT FROM rollouts WHERE rollouts.script = releases.script AND to_jsonb(number) IN (
        SELECT jsonb_path_query(rules, '$[*].**{0 to 1}.release')))
    AND NOT EXISTS (SELECT FROM sessions WHERE sessions.script = releases.script AND sessions.release = number
        AND state IN ('starting', 'running'))
"""


class Retirement:
    """Which releases the engine need not hold. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def retire(self, kept: timedelta, actor: str) -> int:
        """Take releases out of use that no rollout names, no session runs on and nothing has used for so long.

        Args:
            kept: how long after their last use they stay.
            actor: who does, for the journal.

        Returns:
            How many.
        """
        retired = 0
        for found in await self._database.fetch_all(
            f"SELECT script, number FROM releases WHERE {_UNUSED} ORDER BY script, number",  # noqa: S608
            {"kept": kept},
        ):
            retired += await self._retire_one(found["script"], found["number"], kept, actor)
        return retired

    async def _retire_one(self, script: str, number: int, kept: timedelta, actor: str) -> bool:
        async with self._database.transaction() as connection:
            # A switch of the rollout waits for this row; what it did before is seen by the statement that follows.
            await connection.execute(
                "SELECT 1 FROM releases WHERE script = %s AND number = %s FOR NO KEY UPDATE", (script, number)
            )
            cursor = await connection.execute(
                f"""
                WITH unused AS (
                    SELECT script, number, deployment_id FROM releases
                    WHERE script = %(script)s AND number = %(number)s AND {_UNUSED}
                ), leaving AS (
                    INSERT INTO leaving_deployments (deployment_id, script, release)
                    SELECT deployment_id, script, number FROM unused ON CONFLICT DO NOTHING
                )
                UPDATE releases SET definition_id = NULL, deployment_id = NULL, retired_at = now()
                FROM unused WHERE releases.script = unused.script AND releases.number = unused.number
                """.encode(),  # noqa: S608
                {"script": script, "number": number, "kept": kept},
            )
            if not cursor.rowcount:
                return False
            data = {"script": script, "release": number}
            await write(connection, Event(EventType.RELEASE_RETIRED, actor=actor, data=data))
            return True

    async def leaving(self) -> list[LeavingDeployment]:
        """Return the deployments that are to be deleted, those that were taken out of use first."""
        rows = await self._database.fetch_all(
            "SELECT deployment_id, script, release FROM leaving_deployments ORDER BY since, deployment_id"
        )
        return [LeavingDeployment(**row) for row in rows]

    async def left(self, deployment: LeavingDeployment) -> None:
        """Record that the engine no longer holds a deployment."""
        await self._database.fetch_one(
            "DELETE FROM leaving_deployments WHERE deployment_id = %s", (deployment.deployment_id,)
        )

    async def brought_back(self, script: str, number: int, deployment_id: str, definition_id: str, actor: str) -> bool:
        """Record that the engine holds a retired release again.

        Returns:
            False where another process has recorded that already, with a deployment of its own.
        """
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "UPDATE releases SET deployment_id = %s, definition_id = %s, retired_at = NULL, used_at = now()"
                " WHERE script = %s AND number = %s AND definition_id IS NULL",
                (deployment_id, definition_id, script, number),
            )
            if not cursor.rowcount:
                return False
            data = {"script": script, "release": number}
            await write(connection, Event(EventType.RELEASE_BROUGHT_BACK, actor=actor, data=data))
            return True
