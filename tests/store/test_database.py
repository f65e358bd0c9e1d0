import pytest

from store.database import Database
from store.errors import StoreError, StoreUnavailable


@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "SELECT nothing", "SELECT E'\\u0000'", "SELEC"])
async def test_a_statement_that_is_refused_is_no_outage(database: Database, statement: str) -> None:
    with pytest.raises(StoreError) as refused:
        await database.fetch_one(statement)
    assert not isinstance(refused.value, StoreUnavailable)
    await database.check()
