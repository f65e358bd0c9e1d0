"""With which messages the releases of scripts start, and which of them a new session would get."""

from dataclasses import dataclass

from store.database import Database


@dataclass(frozen=True)
class Beginning:
    """A script that starts with a message; ``element`` is where, None at its one start event."""

    script: str
    element: str | None


class MessageStarts:
    """The messages that releases start with. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rolled_out(self, message: str, tenant: str, channel: str, team: str | None) -> list[Beginning]:
        """Return the scripts whose release for such a session starts with a message."""
        rows = await self._database.fetch_all(
            """
            WITH chosen AS (
                SELECT DISTINCT ON (rollouts.script) rollouts.script, rule.release
                FROM rollouts, jsonb_to_recordset(rollouts.rules)
                    AS rule (channel text, tenant text, team text, release integer)
                WHERE rollouts.script IN (SELECT script FROM release_messages WHERE message = %(message)s)
                    AND coalesce(rule.channel = %(channel)s, true)
                    AND coalesce(rule.tenant = %(tenant)s, true)
                    AND (rule.team IS NULL OR rule.team = %(team)s::text)
                ORDER BY rollouts.script, num_nonnulls(rule.channel, rule.tenant, rule.team) DESC, rule.team,
                    rule.tenant, rule.channel
            )
            SELECT script, element FROM chosen JOIN release_messages USING (script, release)
            WHERE message = %(message)s ORDER BY script
            """,
            {"message": message, "tenant": tenant, "channel": channel, "team": team},
        )
        return [Beginning(**row) for row in rows]

    async def of_release(self, message: str, script: str, release: int) -> list[Beginning]:
        """Return where one release starts with a message."""
        rows = await self._database.fetch_all(
            "SELECT script, element FROM release_messages WHERE message = %s AND script = %s AND release = %s",
            (message, script, release),
        )
        return [Beginning(**row) for row in rows]
