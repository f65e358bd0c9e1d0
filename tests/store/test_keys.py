import secrets

import pytest

from store.database import Database, open_database
from store.errors import StoreUnavailable
from store.keys import ApiKey, Keys


async def test_a_key_says_who_may_do_what(database: Database) -> None:
    name, key = secrets.token_hex(4), secrets.token_urlsafe()
    await Keys(database).put(name, key, roles=["operator", "bot"], tenant="north")
    assert await Keys(database).find(key) == ApiKey(name, frozenset({"operator", "bot"}), "north")
    assert await Keys(database).find(key + "x") is None


async def test_a_new_key_of_a_name_replaces_the_old_one(database: Database) -> None:
    name, old, new = secrets.token_hex(4), secrets.token_urlsafe(), secrets.token_urlsafe()
    await Keys(database).put(name, old, roles=["bot"], tenant="main")
    await Keys(database).put(name, new, roles=["bot"], tenant="main")
    assert await Keys(database).find(old) is None
    assert await Keys(database).find(new) is not None


@pytest.mark.parametrize("column", ["expires_at", "revoked_at"])
async def test_an_expired_or_revoked_key_is_unknown(database: Database, column: str) -> None:
    name, key = secrets.token_hex(4), secrets.token_urlsafe()
    await Keys(database).put(name, key, roles=["bot"], tenant="main")
    await database.fetch_one(f"UPDATE api_keys SET {column} = now() - interval '1 second' WHERE name = %s", (name,))
    assert await Keys(database).find(key) is None


async def test_the_key_itself_is_stored_nowhere(database: Database) -> None:
    key = secrets.token_urlsafe()
    await Keys(database).put(secrets.token_hex(4), key, roles=["bot"], tenant="main")
    rows = await database.fetch_all("SELECT api_keys::text AS whole FROM api_keys")
    journal = await database.fetch_all("SELECT data::text AS whole FROM journal")
    assert not [row for row in rows + journal if key in row["whole"]]


async def test_a_database_that_is_away_is_said_so() -> None:
    async with open_database("postgresql://nobody:x@127.0.0.1:1/none", pool_size=1, patience=0.2) as away:
        with pytest.raises(StoreUnavailable, match="database cannot be reached"):
            await Keys(away).find("any")
