import pytest

from engine import NotFound
from tests.contract.ground import Ground


async def test_a_definition_is_found_with_its_drawing(ground: Ground) -> None:
    process = await ground.deploy("asking")
    definitions = ground.engine.definitions
    found = await definitions.find(process.definition_id)
    assert (found.id, found.key, found.deployment_id) == (process.definition_id, process.key, process.deployment_id)
    assert f'id="{process.key}"' in await definitions.xml(process.definition_id)
    assert await definitions.deployed(process.deployment_id, process.key) == found
    assert await definitions.deployed(process.deployment_id, "another") is None


async def test_a_definition_that_never_was(ground: Ground) -> None:
    with pytest.raises(NotFound):
        await ground.engine.definitions.find("nothing:1:here")
    with pytest.raises(NotFound):
        await ground.engine.definitions.xml("nothing:1:here")
