import secrets
from collections.abc import AsyncIterator

import pytest

from engine import Engine
from functions.catalogue import Catalogue
from player_api.releases.close import close
from player_api.releases.publish import publish
from store.database import Database
from store.releases import Releases
from tests.player_api.messages.diagrams import Diagram


@pytest.fixture
async def diagram(engine: Engine, database: Database) -> AsyncIterator[Diagram]:
    """Publishes diagrams under keys of their own; every instance of them is removed afterwards."""

    async def put(key: str, content: bytes) -> None:
        await publish(engine, Releases(database), close(key, {"script.bpmn": content}, Catalogue()), "test")

    made = Diagram(f"m{secrets.token_hex(5)}", put)
    yield made
    rows = await database.fetch_all(
        "SELECT deployment_id FROM releases WHERE script LIKE %s AND deployment_id IS NOT NULL", (f"{made.prefix}%",)
    )
    for row in rows:
        await engine.deployments.delete(row["deployment_id"], cascade=True)
