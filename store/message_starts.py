"""With which messages the releases of scripts start, and which of them a new session would get."""

from dataclasses import dataclass
from uuid import UUID

from store.database import Database
from store.rollouts import CHOICE, sticky

_STARTED = "IN (SELECT script FROM release_messages WHERE message = %(message)s)"


@dataclass(frozen=True)
class Start:
    """What a rollout goes by: whose session is to start, where, and which."""

    tenant: str
    channel: str
    team: str | None
    created_by: str
    session: UUID


@dataclass(frozen=True)
class Beginning:
    """A script that starts with a message; ``element`` is where, None at its one start event."""

    script: str
    element: str | None


class MessageStarts:
    """The messages that releases start with. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rolled_out(self, message: str, start: Start) -> list[Beginning]:
        """Return the scripts whose release for such a session starts with a message."""
        drawn = sticky(start.created_by, start.session)
        rows = await self._database.fetch_all(
            f"""
            WITH chosen AS ({CHOICE.format(scripts=_STARTED)})
            SELECT script, element FROM chosen JOIN release_messages USING (script, release)
            WHERE message = %(message)s ORDER BY script
            """,  # noqa: S608  only the choice is put in
            {"message": message, "tenant": start.tenant, "channel": start.channel, "team": start.team, "sticky": drawn},
        )
        return [Beginning(**row) for row in rows]

    async def of_release(self, message: str, script: str, release: int) -> list[Beginning]:
        """Return where one release starts with a message."""
        rows = await self._database.fetch_all(
            "SELECT script, element FROM release_messages WHERE message = %s AND script = %s AND release = %s",
            (message, script, release),
        )
        return [Beginning(**row) for row in rows]
