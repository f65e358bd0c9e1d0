"""``python -m player_api.access import-keys FILE``: make the keys of a credentials file valid.

FILE is JSON with an object ``api_keys`` of role → key; each key gets that one role in the tenant ``main``.
"""

import asyncio
import json
import sys
from pathlib import Path

from player_api.access.principal import Role
from runtime import logs
from runtime.settings import Settings
from store.database import open_database
from store.errors import StoreUnavailable
from store.keys import Keys

TENANT = "main"


async def import_keys(settings: Settings, keys: dict[str, str]) -> None:
    """Make ``keys`` (role → key) valid.

    Raises:
        ValueError: a role is unknown.
        StoreUnavailable: the database cannot be reached.
    """
    async with open_database(settings.database_url.get_secret_value(), pool_size=1) as database:
        for role, key in keys.items():
            await Keys(database).put(role, key, roles=[Role(role)], tenant=TENANT)


def main(arguments: list[str]) -> int:
    """Run the command; return the exit status."""
    if len(arguments) != 2 or arguments[0] != "import-keys":
        sys.stderr.write("usage: python -m player_api.access import-keys FILE\n")
        return 2
    settings = Settings()
    logs.configure("player_api.access", settings.log_level)
    try:
        keys = json.loads(Path(arguments[1]).read_text(encoding="utf-8"))["api_keys"]
        asyncio.run(import_keys(settings, keys))
    except (OSError, KeyError, ValueError, StoreUnavailable) as error:
        logs.get(__name__).error("the keys were not imported", cause=type(error).__name__)
        return 1
    logs.get(__name__).info("keys imported", count=len(keys))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
