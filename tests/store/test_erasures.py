"""That nothing is overlooked when a customer is removed."""

import pytest

from store import erasures
from store.database import Database


async def test_every_table_about_sessions_is_emptied(database: Database) -> None:
    rows = await database.fetch_all(
        "SELECT DISTINCT table_name AS name FROM information_schema.columns JOIN pg_class ON relname = table_name"
        " WHERE table_schema = 'public' AND column_name IN ('session', 'customer') AND NOT relispartition"
    )
    statements = " ".join(erasures._EMPTY)
    forgotten = {row["name"] for row in rows if f" {row['name']} " not in statements} - {"erasures"}
    assert forgotten == set(), "say in store/erasures.py what is removed from these"


@pytest.mark.parametrize("word", ["answers", "idempotency_key", "note", "reason", "result", "name", "customer"])
def test_what_customers_or_operators_have_written_does_not_stay(word: str) -> None:
    assert word not in erasures.STAYS
