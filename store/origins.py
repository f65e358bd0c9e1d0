"""Origins of pages that a tenant lets call from a browser."""

from collections.abc import Collection, Mapping

from store.database import Database
from store.journal import Event, write


class Origins:
    """The allowed origins of all tenants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_tenant(self, tenant: str) -> list[str]:
        """Return the origins that a tenant has allowed, in alphabetical order.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all(
            "SELECT origin FROM allowed_origins WHERE tenant = %s ORDER BY origin", (tenant,)
        )
        return [row["origin"] for row in rows]

    async def by_origin(self) -> Mapping[str, frozenset[str]]:
        """Return the tenants of each origin, for the whole process.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = await self._database.fetch_all(
            "SELECT origin, array_agg(tenant) AS tenants FROM allowed_origins GROUP BY origin"
        )
        return {row["origin"]: frozenset(row["tenants"]) for row in rows}

    async def replace(self, tenant: str, origins: Collection[str], event: Event) -> None:
        """Let pages of these origins, and no others, call for a tenant; recorded with the event if that is a change.

        Raises:
            StoreUnavailable: the database cannot be reached; nothing is changed.
        """
        wanted = sorted(set(origins))
        async with self._database.transaction() as connection:
            removed = await connection.execute(
                "DELETE FROM allowed_origins WHERE tenant = %s AND origin <> ALL(%s)", (tenant, wanted)
            )
            added = await connection.execute(
                "INSERT INTO allowed_origins (tenant, origin) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
                (tenant, wanted),
            )
            if removed.rowcount or added.rowcount:
                await write(connection, event)
