"""The drawings of process definitions, fetched from the engine once."""

from collections.abc import MutableMapping

from cachetools import LRUCache

from engine import Engine
from player_api.diagrams.diagram import Diagram, parse_diagram


class Diagrams:
    """Diagrams by definition id: a definition never changes."""

    def __init__(self, engine: Engine, *, remembered: int = 1_000) -> None:
        self._engine = engine
        self._known: MutableMapping[str, Diagram] = LRUCache(remembered)
        self._called: MutableMapping[tuple[str, str], str | None] = LRUCache(remembered)

    async def of(self, definition_id: str) -> Diagram:
        """Return the diagram of a definition.

        Raises:
            NotFound: the engine has no such definition.
            EngineError: any other.
        """
        known = self._known.get(definition_id)
        if known is None:
            definition = await self._engine.definitions.find(definition_id)
            xml = await self._engine.definitions.xml(definition_id)
            known = self._known[definition_id] = parse_diagram(xml.encode(), definition.key)
        return known

    async def called(self, definition_id: str, key: str) -> str | None:
        """Return the id of the definition that a call activity calls, None where it is not in the same deployment.

        Raises:
            NotFound: the engine does not have the calling definition.
            EngineError: any other.
        """
        place = (definition_id, key)
        if place not in self._called:
            caller = await self._engine.definitions.find(definition_id)
            found = await self._engine.definitions.deployed(caller.deployment_id, key)
            self._called[place] = found.id if found else None
        return self._called[place]
