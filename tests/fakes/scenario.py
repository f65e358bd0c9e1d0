"""What the fake engine plays: a list of stages for a process, in place of BPMN."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ask:
    """A user task; ``form`` is the form-js schema of its Camunda Form, with an ``id``."""

    key: str
    name: str | None = None
    description: str | None = None
    form: Mapping[str, Any] | None = None
    form_key: str | None = None


@dataclass(frozen=True)
class AskTogether:
    """User tasks on parallel branches, joined before the next stage."""

    tasks: tuple[Ask, ...]


@dataclass(frozen=True)
class CallFunction:
    """An external task; ``catches`` names the stages that follow a BPMN error instead of the rest."""

    topic: str
    activity: str = "call"
    priority: int = 0
    properties: Mapping[str, str] = field(default_factory=dict)
    catches: Mapping[str, "tuple[Stage, ...]"] = field(default_factory=dict)


@dataclass(frozen=True)
class CallScript:
    """A call activity that hands the business key and all variables down, and all variables back."""

    key: str


@dataclass(frozen=True)
class End:
    """An end event; a scenario without one ends in ``end``."""

    event: str = "end"


Stage = Ask | AskTogether | CallFunction | CallScript | End


@dataclass(frozen=True)
class Scenario:
    """What an instance of the process ``key`` goes through."""

    key: str
    stages: tuple[Stage, ...]
