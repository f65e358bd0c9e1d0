"""Outputs that are older than they should be are reported with their age."""

from datetime import datetime

from engine import ExternalTask
from functions.outcome import Ending, Succeeded
from functions.staleness import Stale, variable_of


def with_age(task: ExternalTask, ending: Ending, now: datetime) -> Ending:
    """Add to outputs how old they are; of an earlier run of the script's that was said before, it is taken back."""
    if not isinstance(ending, Succeeded):
        return ending
    if ending.age is not None:
        noted = Stale(task.topic, list(ending.outputs), now - ending.age).variable()
        return Succeeded({**ending.outputs, **noted}, ending.age)
    if task.variables.get(variable_of(task.topic)) is not None:
        return Succeeded({**ending.outputs, variable_of(task.topic): None})
    return ending
