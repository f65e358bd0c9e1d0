"""The process instances of a session, as the engine remembers them: the script's own and those it has called."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine import Engine, PassedElement
from player_api.back.lineage import Lineage
from player_api.diagrams.diagrams import Diagrams


@dataclass(frozen=True)
class Instance:
    """A process instance, running or ended.

    Attributes:
        id: the engine's id of it.
        definition: id of its definition.
        lineage: where it has been.
        caller: the instance that has called it, None for the script's own.
        call: the call activity that has.
    """

    id: str
    definition: str
    lineage: Lineage
    caller: "Instance | None" = None
    call: PassedElement | None = None

    @property
    def is_running(self) -> bool:
        """Whether it goes on; the script's own does as long as its session does."""
        return self.caller is None or self.call is None or (self.call.ended is None and self.caller.is_running)

    def chain(self) -> Iterator["Instance"]:
        """It and those that have led to it, the script's own last."""
        yield self
        if self.caller is not None:
            yield from self.caller.chain()


async def instances_of(
    engine: Engine, diagrams: Diagrams, business_key: str, forgotten: Collection[str]
) -> list[Instance]:
    """Return the instances of a session, each after the one that has called it; none where it was never started.

    Args:
        engine: whom to ask.
        diagrams: of their definitions.
        business_key: the session's id.
        forgotten: what the session has gone back behind earlier.

    Raises:
        EngineError: the engine can't say.
    """
    root = await engine.history.instance(business_key)
    found: list[Instance] = []
    waiting: list[tuple[str, str, Instance | None, PassedElement | None]] = []
    if root is not None:
        waiting.append((root.id, root.definition_id, None, None))
    while waiting:
        instance_id, definition, caller, call = waiting.pop(0)
        diagram = await diagrams.of(definition)
        passed = await engine.history.passed(instance_id)
        instance = Instance(instance_id, definition, Lineage(diagram, passed, forgotten), caller, call)
        found.append(instance)
        for one in instance.lineage.alive.values():
            element = instance.lineage.element(one)
            if one.called_instance is None or element is None or element.called is None:
                continue
            if called := await diagrams.called(definition, element.called):
                waiting.append((one.called_instance, called, instance, one))
    return found
