from collections.abc import AsyncIterator, Iterator

import pytest

from stack.running import Running
from store.database import Database, open_database
from store.migrate import migrate
from tests.databases import fresh_database


@pytest.fixture(scope="session")
def database_url(stack: Running) -> Iterator[str]:
    """A database of the store tests, with the present schema."""
    with fresh_database(stack) as url:
        migrate(url)
        yield url


@pytest.fixture(scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url, pool_size=8) as database:
        yield database
