"""The first keys of an installation, keys made by its administrator, and pages that may call.

``python -m player_api.access import-keys FILE`` makes the keys of a credentials file valid: JSON with an object
``api_keys`` of role → key; each key gets that one role.

``python -m player_api.access create-key NAME ROLE …`` makes a key and prints it; it can't be shown again.

``python -m player_api.access allow-origin ORIGIN …`` lets pages of these origins call from a browser too.

Each is done for the tenant ``main``, or for the one that ``--tenant`` names, before the command.
"""

import asyncio
import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from player_api.access.models import AllowedOriginList
from player_api.access.principal import Role
from runtime import logs
from runtime.process import begin
from runtime.settings import Settings
from store.database import open_database
from store.errors import StoreUnavailable
from store.journal import Event, EventType
from store.keys import Keys
from store.origins import Origins

TENANT = "main"
_USAGE = (
    "usage: python -m player_api.access [--tenant TENANT]"
    " import-keys FILE | create-key NAME ROLE … | allow-origin ORIGIN …\n"
)
_log = logs.get(__name__)


async def put_keys(settings: Settings, tenant: str, keys: Sequence[tuple[str, str, Sequence[Role]]]) -> None:
    """Make keys of a tenant valid: each with its name, the key itself and its roles.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    async with open_database(settings.database_url.get_secret_value(), pool_size=1) as database:
        for name, key, roles in keys:
            await Keys(database).put(name, key, roles=roles, tenant=tenant)


def import_keys(settings: Settings, tenant: str, file: Path) -> None:
    """Make the keys of a credentials file valid.

    Raises:
        OSError, KeyError, ValueError: the file can't be read, has no keys, or names an unknown role.
        StoreUnavailable: the database cannot be reached.
    """
    keys: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))["api_keys"]
    asyncio.run(put_keys(settings, tenant, [(role, key, [Role(role)]) for role, key in keys.items()]))
    _log.info("keys imported", count=len(keys))


def create_key(settings: Settings, tenant: str, name: str, roles: Sequence[Role]) -> str:
    """Make a new key valid under ``name``, in place of an earlier one of that name, and return it.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    key = secrets.token_urlsafe(32)
    asyncio.run(put_keys(settings, tenant, [(name, key, roles)]))
    return key


async def allow_origins(settings: Settings, tenant: str, given: Sequence[str]) -> None:
    """Let pages of these origins call, beside those that may already.

    Raises:
        ValueError: one is not an origin as browsers send it.
        StoreUnavailable: the database cannot be reached.
    """
    added = AllowedOriginList(origins=list(given)).origins
    async with open_database(settings.database_url.get_secret_value(), pool_size=1) as database:
        origins = Origins(database)
        everything = sorted({*await origins.of_tenant(tenant), *added})
        event = Event(EventType.ORIGINS_CHANGED, tenant=tenant, actor="command line", data={"origins": everything})
        await origins.replace(tenant, everything, event)


def main(arguments: list[str]) -> int:
    """Run the command; return the exit status."""
    settings = begin("player_api.access")
    tenant = TENANT
    match arguments:
        case ["--tenant", named, *arguments]:
            tenant = named
    try:
        match arguments:
            case ["import-keys", file]:
                import_keys(settings, tenant, Path(file))
            case ["create-key", name, first, *others]:
                sys.stdout.write(create_key(settings, tenant, name, [Role(first), *map(Role, others)]) + "\n")
            case ["allow-origin", first, *others]:
                asyncio.run(allow_origins(settings, tenant, [first, *others]))
            case _:
                sys.stderr.write(_USAGE)
                return 2
    except (OSError, KeyError, ValueError, StoreUnavailable) as error:
        _log.error("nothing was changed", cause=f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
